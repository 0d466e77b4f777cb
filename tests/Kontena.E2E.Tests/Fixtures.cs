using Kontena.E2E.Tests.Browsers;
using Kontena.TestKit.Engines;
using Xunit;
using Xunit.Sdk;
using Xunit.v3;

[assembly: AssemblyFixture(typeof(Chromium))]
[assembly: AssemblyFixture(typeof(TestEngine))]

// One engine, two cores: stories run one after the other.
[assembly: Parallelization(Mode = ParallelMode.None)]
