using Kontena.TestKit.Databases;
using Xunit;

[assembly: AssemblyFixture(typeof(PostgresFixture))]
