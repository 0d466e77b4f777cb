using Kontena.TestKit.Databases;
using Kontena.TestKit.Engines;
using Xunit;

[assembly: AssemblyFixture(typeof(PostgresFixture))]
[assembly: AssemblyFixture(typeof(TestEngine))]
