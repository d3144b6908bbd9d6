package clitest

import (
	"encoding/json"
	"fmt"
	"strings"
)

// Diagnostic is an error or a warning in the -json output of a CLI.
type Diagnostic struct {
	Severity, Summary, Detail, Address string
	Range                              struct{ Filename string }
	Snippet                            struct{ Code string } // the lines that it is about
}

func (d Diagnostic) String() string {
	return fmt.Sprintf("%s at %s %s: %s: %s", d.Severity, d.Address, d.Range.Filename, d.Summary, d.Detail)
}

func (d Diagnostic) isError() bool { return d.Severity == "error" }

// ByAddress returns diagnostics by the address that each is about.
func ByAddress(list []Diagnostic) map[string]Diagnostic {
	found := map[string]Diagnostic{}
	for _, d := range list {
		found[d.Address] = d
	}
	return found
}

// readDiagnostics reads -json output: `validate` prints one object, the other
// commands print one a line.
func readDiagnostics(output string) ([]Diagnostic, error) {
	var found []Diagnostic
	for decoder := json.NewDecoder(strings.NewReader(output)); decoder.More(); {
		var message struct {
			Diagnostic  *Diagnostic
			Diagnostics []Diagnostic
		}
		if err := decoder.Decode(&message); err != nil {
			return nil, err
		}
		found = append(found, message.Diagnostics...)
		if message.Diagnostic != nil {
			found = append(found, *message.Diagnostic)
		}
	}
	return found, nil
}
