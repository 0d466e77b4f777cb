using Kontena.Agent;
using Kontena.Agent.Nodes;
using Microsoft.Extensions.Hosting;

if (args.Contains("--help") || args.Contains("-h"))
{
    Console.Out.WriteLine(AgentArguments.Help);
    return 0;
}
if (args.Contains("--version"))
{
    Console.Out.WriteLine($"kontena-agent {AgentVersion.Text}");
    return 0;
}
var parsed = AgentArguments.Parse(args, Environment.GetEnvironmentVariable, Environment.MachineName, File.ReadAllText);
if (!parsed.Ok)
{
    Console.Error.WriteLine($"kontena-agent: {parsed.Problem.Message}");
    return 2;
}
try
{
    PrivateFile.CreateFolder(parsed.Value.DataFolder);
}
catch (Exception e) when (e is IOException or UnauthorizedAccessException)
{
    Console.Error.WriteLine($"kontena-agent: the data folder '{parsed.Value.DataFolder}' cannot be made: {e.Message} Choose another with --data.");
    return 2;
}
using var host = AgentHost.Build(parsed.Value);
try
{
    AgentHost.Remember(host.Services);
}
catch (InvalidDataException e)
{
    Console.Error.WriteLine($"kontena-agent: {e.Message}");
    return 2;
}
await host.RunAsync();
return 0;
