package main

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
)

func someFleets() []fleetRow {
	return []fleetRow{
		{store: none, runs: 8, requests: 8, failed: 1, clock: 1234 * time.Millisecond},
		{store: "directory", runs: 64, requests: 1, clock: 10 * time.Second},
	}
}

func TestFleetsTable(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	clitest.OK(t, fleetsTable(someFleets()).print(&out))
	want := `
TOKEN STORE  RUNS  REQUESTS  FAILED RUNS  TIME
-            8     8         1            1.2 s
directory    64    1         0            10.0 s
`
	if diff := cmp.Diff(want[1:], out.String()); diff != "" {
		t.Errorf("table (-want +got):\n%s", diff)
	}
}

// Each empty store is another one.
func TestStores(t *testing.T) {
	t.Parallel()
	g := &rig{dir: t.TempDir(), redis: &clitest.Redis{URL: "unix:///made/up"}}
	seen := map[string]bool{}
	for _, store := range g.stores() {
		for range 2 {
			block := clitest.Must(store.empty())(t)
			if seen[block] || !strings.Contains(block, "token_store = {") {
				t.Errorf("%s: %s", store.name, block)
			}
			seen[block] = true
		}
	}
	if len(seen) != 4 {
		t.Errorf("%d stores", len(seen))
	}
	if without := (&rig{dir: t.TempDir()}).stores(); len(without) != 1 {
		t.Errorf("without redis-server there are %d stores", len(without))
	}
}
