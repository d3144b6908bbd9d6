package interop_test

import (
	"os"
	"testing"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
)

func TestMain(m *testing.M) {
	os.Exit(clitest.Main(m, map[string]func() error{handOverCommand: handOver}))
}

// part is a test on one CLI, and the clients that it has registered: no other
// part uses them.
type part struct {
	name    string
	clients func(*testing.T, *keyring) []client
	run     func(*serverLab)
}

func parts() []part {
	return []part{
		{"Methods", methodClients, testMethods},
		{"Rotation", rotationClients, testRotation},
		{"Revocation", revocationClients, testRevocation},
		{"Warnings", warningClients, testWarnings},
		{"Refusals", refusalClients, testRefusals},
		{"Secrecy", secrecyClients, testSecrecy},
		{"Zitadel", zitadelClients, testZitadel},
		{"Signers", signerClients, testSigners},
		{"Kubelogin", noClients, testKubelogin},
		{"Described", describedClients, testDescribed},
		{"Etcd", noClients, testEtcd},
		{"Verdaccio", noClients, testVerdaccio},
	}
}

// TestAcc is one test because its parts share the built provider and the servers.
func TestAcc(t *testing.T) {
	if os.Getenv("TF_ACC") == "" {
		t.Skip("TF_ACC is not set: it takes a real CLI")
	}
	root, w := clitest.Must(clitest.Root())(t), &world{keyring: newKeyring(t)}
	oidcProvider, fosite, zitadel := oidcProviderCommand(t, root), goCommand(t, root, "fosite"), goCommand(t, root, "zitadel")
	w.keyring.hsm = newHSM(t, root)
	w.Harness = clitest.NewHarness(t)
	w.register(t, oidcProvider, fosite, zitadel)
	for _, cli := range w.CLIs {
		t.Run(string(cli.Product), func(t *testing.T) {
			if !cli.Ephemeral() {
				t.Skip(cli, " has no ephemeral resources")
			}
			for _, p := range parts() {
				t.Run(p.name, func(t *testing.T) {
					t.Parallel()
					p.run(newLab(t, w, cli, p.name))
				})
			}
		})
	}
}
