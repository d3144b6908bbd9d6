package acceptance

import (
	"os"
	"slices"
	"testing"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
)

// TestAcc is one test because its parts share the built provider. That has the race detector
// where several things happen at once. A start of it then takes twice as long, so that of the
// other parts has none.
func TestAcc(t *testing.T) {
	if os.Getenv("TF_ACC") == "" {
		t.Skip("TF_ACC is not set: it takes a real CLI")
	}
	plugins := []clitest.Plugin{clitest.MustHTTP(t), callerPlugin(t)}
	raced, plain := clitest.NewHarness(t, plugins...), clitest.NewPlainHarness(t, plugins...)
	for _, cli := range raced.CLIs {
		t.Run(string(cli.Product), func(t *testing.T) {
			runParts(t, raced, cli, concurrentParts(cli))
			runParts(t, plain, cli, partsFor(cli))
		})
	}
}

// runParts runs each part in a workspace and with a sandbox of its own. The first workspace
// alone is initialised.
func runParts(t *testing.T, h *clitest.Harness, cli clitest.CLI, parts []part) {
	t.Helper()
	first := h.NewLab(t, cli)
	first.Configure(everyProvider)
	first.Must("init")
	for _, p := range parts {
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t, h, cli)
			clitest.OK(t, l.Adopt(first.Workspace))
			p.run(l)
		})
	}
}

// everyProvider requires what the parts use: a lock file may name more than is used.
const everyProvider = `
terraform {
  required_providers {
    apitoken = { source = "apitoken/apitoken" }
    caller   = { source = "example/caller" }
    http     = { source = "hashicorp/http" }
  }
}
`

// part is a test on one CLI.
type part struct {
	name string
	run  func(*sandboxLab)
}

// concurrentParts are about what happens at once.
func concurrentParts(cli clitest.CLI) []part {
	list := []part{
		{"DataSources", testDataSources},
		{"Retries", testRetries},
		{"LongWaits", testLongWaits},
	}
	if !cli.Ephemeral() {
		return list
	}
	return append(list, []part{
		{"OneRequest", testOneRequest},
		{"Downstream", testDownstream},
		{"Interrupt", testInterrupt},
		{"LeftOpen", testLeftOpen},
		{"Programs", testPrograms},
		{"ProgramsEnd", testProgramsEnd},
		{"TimeLimit", testTimeLimit},
		{"OpenLater", testOpenLater},
		{"Sets", testSets},
		{"ChainedSets", testChainedSets},
		{"Sources", testSources},
		{"SetsThatFeedSets", testSetsThatFeedSets},
		{"Scopes", testScopes},
		{"Transport", testTransport},
		{"Proxy", testProxy},
		{"Store", testStore},
		{"StoreServer", testStoreServer},
		{"ProxiedApply", testProxiedApply},
		{"ProxiedEnds", testProxiedEnds},
		{"ProxiedSecrecyCrash", testProxiedSecrecyCrash},
		{"ProxiedPort", testProxiedPort},
		{"ProxiedRevoked", testProxiedRevoked},
		{"ProxiedShared", testProxiedShared},
	}...)
}

// partsFor are the other parts, without those that the CLI is too old for.
func partsFor(cli clitest.CLI) []part {
	if !cli.Ephemeral() {
		return append(anyParts(), part{"TooOld", testTooOld})
	}
	list := slices.Concat(anyParts(), parts())
	if cli.Since(10, 12) { // the guide's tables are not of older ones
		list = append(list, differenceParts()...)
	}
	return list
}

// anyParts run on every CLI that the provider has data sources for.
func anyParts() []part {
	return []part{
		{"Functions", testFunctions},
		{"SearchFinds", testSearchFinds},
		{"Refusals", testRefusals},
		{"BadAnswers", testBadAnswers},
		{"BadInput", testBadInput},
		{"Aliases", testAliases},
		{"SetFromVariable", testSetFromVariable},
		{"ScopeRefused", testScopeRefused},
		{"Outputs", testOutputs},
	}
}

// parts need ephemeral resources.
func parts() []part {
	return []part{
		{"NewTokens", testNewTokens},
		{"Secrecy", testSecrecy},
		{"SecrecyErrors", testSecrecyErrors},
		{"SecrecyDescribed", testSecrecyDescribed},
		{"SecrecyRepeated", testSecrecyRepeated},
		{"SecrecyCrash", testSecrecyCrash},
		{"SecrecyLibrary", testSecrecyLibrary},
		{"SecrecyProvisioner", testSecrecyProvisioner},
		{"Unknown", testUnknown},
		{"OpenAfter", testOpenAfter},
		{"OpenAfterKnown", testOpenAfterKnown},
		{"EphemeralCredentials", testEphemeralCredentials},
		{"JWT", testJWT},
		{"JWTUnsigned", testJWTUnsigned},
		{"Environment", testEnvironment},
		{"EphemeralVariable", testEphemeralVariable},
		{"MinRemaining", testMinRemaining},
		{"AllowHTTP", testAllowHTTP},
		{"Modules", testModules},
		{"NoSource", testNoSource},
		{"ModulesNotInstalled", testModulesNotInstalled},
		{"StoreEnvironment", testStoreEnvironment},
		{"StoreSecrecy", testStoreSecrecy},
		{"ProxiedSecrecy", testProxiedSecrecy},
		{"ProxiedSecrecyErrors", testProxiedSecrecyErrors},
		{"ProxiedBadInput", testProxiedBadInput},
		{"ProxiedBadOpening", testProxiedBadOpening},
		{"ProxiedAllowHTTP", testProxiedAllowHTTP},
		{"ProxiedOpenAfter", testProxiedOpenAfter},
	}
}
