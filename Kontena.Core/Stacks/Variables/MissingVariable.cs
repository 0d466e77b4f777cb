namespace Kontena.Core.Stacks.Variables;

/// <summary>Says why a variable has no value here, and what to do.</summary>
internal static class MissingVariable
{
    public static string Message(VariableDefinition variable)
    {
        var name = Shown.Short(variable.Name);
        return variable.From.Select(s => s.Kind).FirstOrDefault() switch
        {
            "env" => $"'{name}' has no value: it comes from the environment, and that of the master is never read. Enter a value, or add a default.",
            "prompt" => $"'{name}' has no value yet. Enter one, or add a default.",
            "random_string" or "random_number" or "random_uuid" => $"'{name}' has no value yet: it is a random one. Enter a value.",
            "vault" or "certificates" or "vault_cert_prompt" => $"'{name}' has no value: it comes from the vault, which this version of Kontena does not have. Enter a value, or add a default.",
            _ => $"'{name}' needs a value. Enter one, add a default, or add 'required: false'.",
        };
    }
}
