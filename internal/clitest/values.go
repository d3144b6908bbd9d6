package clitest

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"
)

// echoCommand is how provisioners run the test binary to write down a value.
const echoCommand = "write-value"

// Main runs the tests or, where a provisioner has started the test binary, the
// command that it names. It returns the exit code.
func Main(m *testing.M, commands map[string]func() error) int {
	if len(os.Args) != 2 {
		return m.Run()
	}
	command := commands[os.Args[1]]
	if os.Args[1] == echoCommand {
		command = func() error {
			return os.WriteFile(os.Getenv("FILE"), []byte(os.Getenv("VALUE")), 0o600) //nolint:gosec // the path is its own
		}
	}
	if command == nil {
		return m.Run()
	}
	if err := command(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

// Echo is a resource whose provisioner hands an object with ephemeral values to
// the test. It needs Main.
func (l *Lab) Echo(object string) string {
	return fmt.Sprintf(`
resource "terraform_data" "echo" {
  provisioner "local-exec" {
    interpreter = [%q]
    command     = %q
    environment = {
      FILE  = %q
      VALUE = jsonencode(%s)
    }
  }
}
`, l.Self(), echoCommand, l.Path("echo.json"), object)
}

// Echoed is the object that Echo has handed over.
func (l *Lab) Echoed() map[string]any {
	l.T.Helper()
	var object map[string]any
	l.Decode(l.Read(l.Path("echo.json")), &object)
	return object
}

// State returns the attributes of the root module's resources and data sources,
// by address.
func (l *Lab) State() map[string]map[string]any {
	l.T.Helper()
	var shown struct {
		Values struct {
			RootModule struct {
				Resources []struct {
					Address string
					Values  map[string]any
				}
			} `json:"root_module"`
		}
	}
	l.Decode(l.Must("show", "-json").Stdout, &shown)
	found := map[string]map[string]any{}
	for _, resource := range shown.Values.RootModule.Resources {
		found[resource.Address] = resource.Values
	}
	return found
}

// Decode reads JSON and leaves numbers as they are written.
func (l *Lab) Decode(text string, into any) {
	l.T.Helper()
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	l.check(decoder.Decode(into))
}
