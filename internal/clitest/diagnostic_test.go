package clitest

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestReadDiagnostics(t *testing.T) {
	t.Parallel()
	first := Diagnostic{Severity: "error", Summary: "a", Detail: "b", Address: "data.x.y"}
	second := Diagnostic{Severity: "warning", Summary: "c"}
	second.Range.Filename = "main.tf"
	for name, c := range map[string]struct {
		output string
		want   []Diagnostic
	}{
		"plan": {
			`{"@message":"Plan","type":"version"}
{"type":"diagnostic","diagnostic":{"severity":"error","summary":"a","detail":"b","address":"data.x.y"}}
{"type":"diagnostic","diagnostic":{"severity":"warning","summary":"c","range":{"filename":"main.tf"}}}
`,
			[]Diagnostic{first, second},
		},
		"validate": {
			"{\n  \"valid\": false,\n  \"diagnostics\": [\n    {\"severity\": \"warning\", \"summary\": \"c\", \"range\": {\"filename\": \"main.tf\"}}\n  ]\n}\n",
			[]Diagnostic{second},
		},
		"nothing": {"", nil},
	} {
		got, err := readDiagnostics(c.output)
		if diff := cmp.Diff(c.want, got); err != nil || diff != "" {
			t.Errorf("%s: %v\n%s", name, err, diff)
		}
	}
	if got, err := readDiagnostics("Error: no JSON"); err == nil {
		t.Errorf("text is read as %v", got)
	}
}
