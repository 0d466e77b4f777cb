namespace Kontena.Agent.Services;

/// <summary>An order cannot be applied now. The message is for the person who reads the instance's page.</summary>
internal sealed class InstanceProblem(string message, Exception? cause = null) : Exception(message, cause);
