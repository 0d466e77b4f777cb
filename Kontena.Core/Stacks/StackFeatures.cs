namespace Kontena.Core.Stacks;

/// <summary>What the product can do beyond the language: keys that need more are refused with an explanation.</summary>
/// <param name="Builds">Whether images are built.</param>
/// <param name="Vault">Whether secrets and certificates exist.</param>
/// <param name="MasterChecks">Whether the rules of the master are applied, beyond those of the language.</param>
internal sealed record StackFeatures(bool Builds, bool Vault, bool MasterChecks)
{
    public static StackFeatures Product { get; } = new(Builds: false, Vault: false, MasterChecks: true);

    /// <summary>The language as it is defined.</summary>
    public static StackFeatures Language { get; } = new(Builds: true, Vault: true, MasterChecks: false);
}
