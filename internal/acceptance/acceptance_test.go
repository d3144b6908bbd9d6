package acceptance

import (
	"os"
	"runtime/debug"
	"testing"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
)

// TestAcc is one test because its parts share the built provider. Each part
// has a workspace and a sandbox of its own.
func TestAcc(t *testing.T) {
	if os.Getenv("TF_ACC") == "" {
		t.Skip("TF_ACC is not set: it takes a real CLI")
	}
	h := newHarness(t)
	for _, cli := range h.CLIs {
		t.Run(string(cli.Product), func(t *testing.T) {
			if !cli.Ephemeral() {
				t.Skip(cli, " has no ephemeral resources")
			}
			for _, p := range parts() {
				t.Run(p.name, func(t *testing.T) {
					t.Parallel()
					p.run(newLab(t, h, cli))
				})
			}
		})
	}
}

// part is a test on one CLI.
type part struct {
	name string
	run  func(*lab)
}

func parts() []part {
	return []part{
		{"OneRequest", testOneRequest},
		{"Downstream", testDownstream},
		{"Secrecy", testSecrecy},
		{"SecrecyErrors", testSecrecyErrors},
		{"SearchFinds", testSearchFinds},
		{"Interrupt", testInterrupt},
		{"TimeLimit", testTimeLimit},
		{"Refusals", testRefusals},
		{"Retries", testRetries},
		{"LongWaits", testLongWaits},
		{"BadAnswers", testBadAnswers},
		{"Unknown", testUnknown},
		{"OpenAfter", testOpenAfter},
	}
}

// newHarness builds the provider with the race detector where the test has it.
func newHarness(t *testing.T) *clitest.Harness {
	t.Helper()
	var flags []string
	if raced() {
		flags = append(flags, "-race")
	}
	h, err := clitest.NewHarness(t.Context(), t.TempDir(), t.Logf, flags...)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func raced() bool {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return false
	}
	for _, setting := range info.Settings {
		if setting.Key == "-race" {
			return setting.Value == "true"
		}
	}
	return false
}
