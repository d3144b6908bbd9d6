package docs

import (
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
)

// TestMain is the stand-ins, too, when a CLI starts the binary by their names.
func TestMain(m *testing.M) {
	served, err := serveStandIn(filepath.Base(os.Args[0]))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	if !served {
		os.Exit(m.Run())
	}
}

// TestAccBlocks applies every block of the documentation. One that stands alone is
// a configuration; the others are modules of one configuration, which is quicker.
func TestAccBlocks(t *testing.T) {
	if os.Getenv("TF_ACC") == "" {
		t.Skip("TF_ACC is not set: it takes a real CLI")
	}
	if runtime.GOOS != "linux" {
		t.Skip("only there does SSL_CERT_FILE make Go trust the authority of the tests")
	}
	root, err := clitest.Root()
	if err != nil {
		t.Fatal(err)
	}
	blocks := documented(t, root)
	h := harness(t, root)
	for _, cli := range h.CLIs {
		t.Run(string(cli.Product), func(t *testing.T) {
			if !cli.Since(11, 12) {
				t.Skip("the documentation is for CLIs with write-only arguments, and says what present ones say: not ", cli)
			}
			l := &lab{Harness: h, cli: cli, world: newWorld(t), token: filepath.Join(t.TempDir(), "deploy")}
			t.Run("refusals", l.refusals)
			t.Run("blocks", func(t *testing.T) { l.run(t, blocks) })
			for _, host := range []string{"api.emporix.io", "api.emtech.com", "api.epgl.ae", "api-stg.epgl.ae", "api.github.com", "api.example.com"} {
				if l.opened[host] == 0 {
					t.Errorf("no token was used at %s", host)
				}
			}
		})
	}
}

// walk is the command that runs blocks: apply, or plan where the programs that
// provisioners call are missing.
func walk(t *testing.T) []string {
	t.Helper()
	for _, program := range []string{"bash", "curl"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Logf("planned and not applied: %v", err)
			return []string{"plan", "-json"}
		}
	}
	return []string{"apply", "-auto-approve", "-json"}
}

// harness installs the provider as built, and the stand-ins.
func harness(t *testing.T, root string) *clitest.Harness {
	t.Helper()
	clis, err := clitest.InstalledCLIs(t.Context(), root)
	if err != nil || len(clis) == 0 {
		t.Fatalf("no CLI, error %v", err)
	}
	dir := t.TempDir()
	binary, err := clitest.BuildProvider(t.Context(), root, dir)
	if err != nil {
		t.Fatal(err)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	plugins := []clitest.Plugin{clitest.Apitoken(binary)}
	for _, s := range standIns() {
		plugins = append(plugins, standInPlugin(s.name, self))
	}
	mirror, config := filepath.Join(dir, "mirror"), filepath.Join(dir, "cli.tfrc")
	if err := clitest.LayMirror(mirror, plugins...); err != nil {
		t.Fatal(err)
	}
	if err := clitest.WriteConfig(config, mirror, false, plugins...); err != nil {
		t.Fatal(err)
	}
	return &clitest.Harness{Root: root, CLIs: clis, Config: config}
}

// run applies and validates the blocks as they are marked.
func (l *lab) run(t *testing.T, blocks []block) {
	t.Helper()
	if err := os.WriteFile(l.token, []byte(runToken), 0o600); err != nil {
		t.Fatal(err)
	}
	var applied, validated []module
	for i, b := range blocks {
		if b.marker == notRunMarker {
			continue
		}
		b.text = strings.ReplaceAll(b.text, "/var/run/secrets/tokens/deploy", filepath.ToSlash(l.token))
		m, err := complete(b, fmt.Sprintf("b%d", i), l.value)
		switch {
		case err != nil:
			t.Errorf("%s: %v", b, err)
		case b.marker == validatedMarker:
			validated = append(validated, m)
		case m.alone:
			t.Run(m.label(), func(t *testing.T) {
				t.Parallel()
				l.applyAlone(t, m)
			})
		default:
			applied = append(applied, m)
		}
	}
	t.Run("modules", func(t *testing.T) {
		t.Parallel()
		l.together(t, applied, walk(t)...)
	})
	t.Run("validated", func(t *testing.T) {
		t.Parallel()
		if len(validated) == 0 {
			t.Skip("no block is marked so")
		}
		l.together(t, validated, "validate", "-json")
	})
}

func (m module) label() string { return strings.ReplaceAll(m.String(), "/", "_") }

func (l *lab) applyAlone(t *testing.T, m module) {
	t.Helper()
	w := l.workspace(t)
	write(t, w, "main.tf", m.main)
	write(t, w, "rest.tf", m.rest)
	write(t, w, "values.auto.tfvars.json", string(mustJSON(t, m.variables)))
	w.Must(t, "init")
	for _, d := range diagnostics(t, w, walk(t)...) {
		t.Errorf("%s: %s", m, d)
	}
}

// together runs the CLI on one configuration that has all as its modules.
func (l *lab) together(t *testing.T, modules []module, args ...string) {
	t.Helper()
	w := l.workspace(t)
	calls := map[string]map[string]string{}
	for _, m := range modules {
		if err := os.Mkdir(w.Path(m.name), 0o700); err != nil {
			t.Fatal(err)
		}
		write(t, w, m.name+"/main.tf", m.main)
		write(t, w, m.name+"/rest.tf", m.rest)
		calls[m.name] = map[string]string{"source": "./" + m.name}
		maps.Copy(calls[m.name], m.variables)
	}
	write(t, w, "main.tf.json", string(mustJSON(t, map[string]any{"module": calls})))
	w.Must(t, "init")
	for _, d := range diagnostics(t, w, args...) {
		t.Errorf("%s: %s", culprit(modules, d), d)
	}
}

// culprit is the block that a diagnostic is about.
func culprit(modules []module, d diagnostic) string {
	i := slices.IndexFunc(modules, func(m module) bool {
		return strings.HasPrefix(d.Address, "module."+m.name+".") || strings.HasPrefix(d.Range.Filename, m.name+"/")
	})
	if i < 0 {
		return "some block"
	}
	return modules[i].String()
}
