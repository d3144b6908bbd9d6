package acceptance

import (
	"os"
	"slices"
	"testing"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
)

// TestAcc is one test because its parts share the built provider. Each part
// has a workspace and a sandbox of its own. The first workspace alone is initialised.
func TestAcc(t *testing.T) {
	if os.Getenv("TF_ACC") == "" {
		t.Skip("TF_ACC is not set: it takes a real CLI")
	}
	h := clitest.NewHarness(t, clitest.MustHTTP(t), callerPlugin(t))
	for _, cli := range h.CLIs {
		t.Run(string(cli.Product), func(t *testing.T) {
			first := h.NewLab(t, cli)
			first.Configure(everyProvider)
			first.Must("init")
			for _, p := range partsFor(cli) {
				t.Run(p.name, func(t *testing.T) {
					t.Parallel()
					l := newLab(t, h, cli)
					clitest.OK(t, l.Adopt(first.Workspace))
					p.run(l)
				})
			}
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

// partsFor leaves out what the CLI is too old for.
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
		{"DataSources", testDataSources},
		{"Functions", testFunctions},
		{"SearchFinds", testSearchFinds},
		{"Refusals", testRefusals},
		{"Retries", testRetries},
		{"LongWaits", testLongWaits},
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
		{"OneRequest", testOneRequest},
		{"NewTokens", testNewTokens},
		{"Downstream", testDownstream},
		{"Secrecy", testSecrecy},
		{"SecrecyErrors", testSecrecyErrors},
		{"SecrecyDescribed", testSecrecyDescribed},
		{"SecrecyRepeated", testSecrecyRepeated},
		{"SecrecyCrash", testSecrecyCrash},
		{"SecrecyLibrary", testSecrecyLibrary},
		{"SecrecyProvisioner", testSecrecyProvisioner},
		{"Interrupt", testInterrupt},
		{"Programs", testPrograms},
		{"ProgramsEnd", testProgramsEnd},
		{"TimeLimit", testTimeLimit},
		{"Unknown", testUnknown},
		{"OpenAfter", testOpenAfter},
		{"OpenAfterKnown", testOpenAfterKnown},
		{"OpenLater", testOpenLater},
		{"EphemeralCredentials", testEphemeralCredentials},
		{"Sets", testSets},
		{"ChainedSets", testChainedSets},
		{"Sources", testSources},
		{"JWT", testJWT},
		{"JWTUnsigned", testJWTUnsigned},
		{"SetsThatFeedSets", testSetsThatFeedSets},
		{"Environment", testEnvironment},
		{"EphemeralVariable", testEphemeralVariable},
		{"Scopes", testScopes},
		{"Transport", testTransport},
		{"Proxy", testProxy},
		{"MinRemaining", testMinRemaining},
		{"AllowHTTP", testAllowHTTP},
		{"Modules", testModules},
		{"NoSource", testNoSource},
		{"ModulesNotInstalled", testModulesNotInstalled},
		{"Store", testStore},
		{"StoreEnvironment", testStoreEnvironment},
		{"StoreSecrecy", testStoreSecrecy},
		{"StoreServer", testStoreServer},
		{"ProxiedApply", testProxiedApply},
		{"ProxiedEnds", testProxiedEnds},
		{"ProxiedSecrecy", testProxiedSecrecy},
		{"ProxiedSecrecyErrors", testProxiedSecrecyErrors},
		{"ProxiedSecrecyCrash", testProxiedSecrecyCrash},
		{"ProxiedBadInput", testProxiedBadInput},
		{"ProxiedBadOpening", testProxiedBadOpening},
		{"ProxiedAllowHTTP", testProxiedAllowHTTP},
		{"ProxiedOpenAfter", testProxiedOpenAfter},
		{"ProxiedPort", testProxiedPort},
		{"ProxiedRevoked", testProxiedRevoked},
		{"ProxiedShared", testProxiedShared},
	}
}
