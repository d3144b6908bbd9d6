package docs

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
	"github.com/apitoken/terraform-provider-apitoken/internal/sandbox"
)

// cookbook has all sets of the cookbook in one provider block, each asked for by
// a data source and by an ephemeral resource.
func (r *runner) cookbook(t *testing.T, blocks []block) {
	t.Helper()
	whole := block{file: guideOf("custom")}
	var sets, ephemerals, echoed strings.Builder
	for _, row := range sandbox.Cookbook() {
		i := slices.IndexFunc(blocks, func(b block) bool { return b.file == whole.file && strings.HasPrefix(b.text, row.Name+" = ") })
		if i < 0 {
			t.Fatalf("no set of %s is in %s", row.Name, whole.file)
		}
		sets.WriteString(blocks[i].text)
		fmt.Fprintf(&ephemerals, "ephemeral \"apitoken_custom\" %[1]q {\n  credentials = %[1]q\n}\n", row.Name)
		fmt.Fprintf(&echoed, "%[1]s = ephemeral.apitoken_custom.%[1]s.headers\n", row.Name)
	}
	whole.text = "provider \"apitoken\" {\n  custom = {\n" + sets.String() + "}\n}\n" + ephemerals.String()
	m := clitest.Must(complete(whole, "cookbook", r.value))(t) // with the data sources
	l := r.labOf(t, m)
	l.Write("echo.tf", l.Echo("{\n"+echoed.String()+"}"))
	l.Must("apply", "-auto-approve")
	state, ephemeral := l.State(), l.Echoed()
	for _, row := range sandbox.Cookbook() {
		r.checkHeaders(t, row, state["data.apitoken_custom.asked_"+row.Name]["headers"])
		r.checkHeaders(t, row, ephemeral[row.Name])
	}
}

// checkHeaders checks that headers are those that the vendor's API wants to see,
// with a token that its row has issued.
func (r *runner) checkHeaders(t *testing.T, row sandbox.Row, headers any) {
	t.Helper()
	got, _ := headers.(map[string]any)
	if len(got) != len(row.Use) {
		t.Errorf("%s: there are %d headers, want %d", row.Name, len(got), len(row.Use))
	}
	for name, want := range row.Use {
		if !slices.ContainsFunc(r.box.Issued(row.Name), func(issued string) bool {
			return got[name] == strings.ReplaceAll(want, "TOKEN", issued)
		}) {
			t.Errorf("%s: the header %s carries no token that was issued", row.Name, name)
		}
	}
}
