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
		os.Exit(clitest.Main(m, nil))
	}
}

// TestAccBlocks applies every block of the documentation. One that stands alone is
// a configuration; the others are modules of one configuration, which is quicker.
// Those of the cookbook are one provider block: each module starts a provider.
func TestAccBlocks(t *testing.T) {
	if os.Getenv("TF_ACC") == "" {
		t.Skip("TF_ACC is not set: it takes a real CLI")
	}
	if runtime.GOOS != "linux" {
		t.Skip("only there does SSL_CERT_FILE make Go trust the authority of the tests")
	}
	blocks := documented(t, clitest.Must(clitest.Root())(t))
	h := clitest.NewPlainHarness(t, standInPlugins(t)...)
	for _, cli := range h.CLIs {
		t.Run(string(cli.Product), func(t *testing.T) {
			if !cli.Since(11, 12) {
				t.Skip("the documentation is for CLIs with write-only arguments, and says what present ones say: not ", cli)
			}
			r := &runner{Harness: h, cli: cli, world: newWorld(t), token: filepath.Join(t.TempDir(), "deploy"), programs: standInPrograms(t), keeper: newKeeper(t), port: clitest.FreePorts(t, 1)[0]}
			t.Run("refusals", r.refusals)
			t.Run("blocks", func(t *testing.T) { r.run(t, blocks) })
			t.Run("cookbook", r.cookbook)
			r.checkUses(t)
			if r.keeper.kept() == 0 {
				t.Error("no token was kept on the server")
			}
		})
	}
}

// checkUses checks that tokens were used, and no key of a proxy, at the APIs of all kinds of blocks.
func (r *runner) checkUses(t *testing.T) {
	t.Helper()
	hosts := []string{"api.emporix.io", "api.emtech.com", "api.epgl.ae", "api-stg.epgl.ae", "api.github.com", "api.example.com"}
	for _, host := range append(hosts, proxied()...) {
		if r.opened[host] == 0 {
			t.Errorf("no token was used at %s", host)
		}
	}
	if len(r.leaks) > 0 {
		t.Errorf("keys of proxies were sent to %v", r.leaks)
	}
}

// walk is the command that runs blocks: apply, or plan where the programs that
// provisioners call are missing.
func walk(t *testing.T) []string {
	t.Helper()
	for _, program := range []string{"bash", "curl"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Logf("planned and not applied: %v", err)
			return []string{"plan"}
		}
	}
	return []string{"apply", "-auto-approve"}
}

// standInPlugins are the stand-ins as a mirror serves them: each is this binary, without
// the race detector.
func standInPlugins(t *testing.T) []clitest.Plugin {
	t.Helper()
	self := clitest.Must(os.Executable())(t)
	if clitest.Raced() {
		self = filepath.Join(t.TempDir(), filepath.Base(self))
		build := exec.CommandContext(t.Context(), "go", "test", "-c", "-o", self, ".") //nolint:gosec // the path is its own
		if output, err := build.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, output)
		}
	}
	var plugins []clitest.Plugin
	for _, s := range standIns() {
		plugins = append(plugins, standInPlugin(s.name, self))
	}
	return plugins
}

// run applies and validates the blocks as they are marked.
func (r *runner) run(t *testing.T, blocks []block) {
	t.Helper()
	clitest.OK(t, os.WriteFile(r.token, []byte(runToken), 0o600))
	elsewhere := cookbookBlocks(t)
	var applied, validated []module
	for i, b := range blocks {
		if b.marker == notRunMarker || elsewhere[b.text] {
			continue
		}
		b.text = strings.ReplaceAll(b.text, "/var/run/secrets/tokens/deploy", filepath.ToSlash(r.token))
		b.text = strings.ReplaceAll(b.text, fixedPort, r.port)
		m, err := complete(b, fmt.Sprintf("b%d", i), r.value)
		switch {
		case err != nil:
			t.Errorf("%s: %v", b, err)
		case b.marker == validatedMarker:
			validated = append(validated, m)
		case m.alone:
			t.Run(m.label(), func(t *testing.T) {
				t.Parallel()
				r.applyAlone(t, m)
			})
		default:
			applied = append(applied, m)
		}
	}
	t.Run("modules", func(t *testing.T) {
		t.Parallel()
		r.together(t, applied, walk(t)...)
	})
	t.Run("validated", func(t *testing.T) {
		t.Parallel()
		if len(validated) == 0 {
			t.Skip("no block is marked so")
		}
		r.together(t, validated, "validate")
	})
}

func (m module) label() string { return strings.ReplaceAll(m.String(), "/", "_") }

func (r *runner) applyAlone(t *testing.T, m module) {
	t.Helper()
	l := r.labOf(t, m)
	for _, d := range l.Diagnostics(walk(t)...) {
		t.Errorf("%s: %s", m, d)
	}
}

// labOf is a lab with the module as its root module, initialised.
func (r *runner) labOf(t *testing.T, m module) *clitest.Lab {
	t.Helper()
	l := r.lab(t)
	l.Configure(m.main)
	l.Write("rest.tf", m.rest)
	l.Write("values.auto.tfvars.json", string(mustJSON(t, m.variables)))
	l.Must("init")
	return l
}

// together runs the CLI on one configuration that has all as its modules.
func (r *runner) together(t *testing.T, modules []module, args ...string) {
	t.Helper()
	l := r.lab(t)
	calls := map[string]map[string]string{}
	for _, m := range modules {
		clitest.OK(t, os.Mkdir(l.Path(m.name), 0o700))
		l.Write(m.name+"/main.tf", m.main)
		l.Write(m.name+"/rest.tf", m.rest)
		calls[m.name] = map[string]string{"source": "./" + m.name}
		maps.Copy(calls[m.name], m.variables)
	}
	l.Write("main.tf.json", string(mustJSON(t, map[string]any{"module": calls})))
	l.Must("init")
	for _, d := range l.Diagnostics(args...) {
		t.Errorf("%s: %s", culprit(modules, d), d)
	}
}

// culprit is the block that a diagnostic is about.
func culprit(modules []module, d clitest.Diagnostic) string {
	i := slices.IndexFunc(modules, func(m module) bool {
		return strings.HasPrefix(d.Address, "module."+m.name+".") || strings.HasPrefix(d.Range.Filename, m.name+"/")
	})
	if i < 0 {
		return "some block"
	}
	return modules[i].String()
}
