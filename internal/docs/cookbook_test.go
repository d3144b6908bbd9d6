package docs

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
	"github.com/apitoken/terraform-provider-apitoken/internal/sandbox"
)

// cookbook has all sets of the guides in one provider block, each asked for by a data
// source and, if a row says what its token is, by an ephemeral resource.
func (r *runner) cookbook(t *testing.T) {
	t.Helper()
	sets := clitest.Sets(t)
	var rows []sandbox.Row
	var ephemerals, echoed strings.Builder
	ofService := map[string]string{}
	for _, row := range sandbox.Cookbook() {
		set, has := sets[row.Name]
		if !has {
			t.Fatalf("no guide has a set of %s", row.Name)
		}
		rows = append(rows, row)
		ofService[set.Service] += set.Text
		fmt.Fprintf(&ephemerals, "ephemeral \"apitoken_%[1]s\" %[2]q {\n  credentials = %[2]q\n}\n", set.Service, row.Name)
		fmt.Fprintf(&echoed, "%[2]s = ephemeral.apitoken_%[1]s.%[2]s.headers\n", set.Service, row.Name)
	}
	for _, set := range clitest.JWTSets(t) {
		ofService[set.Service] += set.Text
	}
	whole := block{file: "templates/guides", text: "provider \"apitoken\" {\n"}
	for _, service := range slices.Sorted(maps.Keys(ofService)) {
		whole.text += "  " + service + " = {\n" + ofService[service] + "}\n"
	}
	whole.text += "}\n" + ephemerals.String()
	m := clitest.Must(complete(whole, "cookbook", r.value))(t) // with the data sources
	l := r.labOf(t, m)
	l.Write("echo.tf", l.Echo("{\n"+echoed.String()+"}"))
	for _, d := range l.Diagnostics("apply", "-auto-approve") {
		t.Errorf("%s", d)
	}
	state, ephemeral := l.State(), l.Echoed()
	for _, row := range rows {
		service := sets[row.Name].Service
		r.checkHeaders(t, row, state["data.apitoken_"+service+".asked_"+row.Name]["headers"])
		r.checkHeaders(t, row, ephemeral[row.Name])
	}
}

// cookbookBlocks are the texts of the blocks whose sets the cookbook test applies.
func cookbookBlocks(t *testing.T) map[string]bool {
	t.Helper()
	found := map[string]bool{}
	for _, sets := range []map[string]clitest.Set{clitest.Sets(t), clitest.JWTSets(t)} {
		for _, set := range sets {
			found[set.Block] = true
		}
	}
	return found
}

// checkHeaders checks that headers are those that the vendor's API wants to see,
// with a token that its row has issued.
func (r *runner) checkHeaders(t *testing.T, row sandbox.Row, headers any) {
	t.Helper()
	got, _ := headers.(map[string]any)
	if !slices.ContainsFunc(r.box.Issued(row.Name), func(issued string) bool {
		want := r.box.Headers(row.Name, issued)
		return len(got) == len(want) && !slices.ContainsFunc(slices.Collect(maps.Keys(want)), func(name string) bool {
			return got[name] != want[name]
		})
	}) {
		t.Errorf("%s: the headers are not those of a token that was issued", row.Name)
	}
}
