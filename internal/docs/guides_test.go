package docs

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/packages"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
	"github.com/apitoken/terraform-provider-apitoken/internal/service"
)

// guideOf is the page of a service.
func guideOf(name string) string {
	if name == "custom" {
		name = "describe-a-token-endpoint"
	}
	return "templates/guides/" + name + ".md"
}

// The guide to each service shows both kinds in one whole configuration, and
// all guides together hand tokens to each of the usual providers.
func TestGuidesShowBothKinds(t *testing.T) {
	t.Parallel()
	blocks := documented(t, "../..")
	var whole strings.Builder
	for _, s := range service.All() {
		shown := slices.IndexFunc(blocks, func(b block) bool {
			return b.file == guideOf(s.Name) && b.marker == "" && strings.HasPrefix(b.text, "terraform {") &&
				strings.Contains(b.text, `data "apitoken_`+s.Name+`"`) && strings.Contains(b.text, `ephemeral "apitoken_`+s.Name+`"`)
		})
		if shown < 0 {
			t.Errorf("%s has no whole configuration with a data source and an ephemeral resource of %s", guideOf(s.Name), s.Name)
			continue
		}
		whole.WriteString(blocks[shown].text)
	}
	for _, consumer := range []string{`data "http"`, `provider "restapi"`, `provider "restful"`, `provider "kubernetes"`} {
		if !strings.Contains(whole.String(), consumer) {
			t.Errorf("no guide hands a token to %s", consumer)
		}
	}
}

// The tables of README and of the first page name every service.
func TestTablesNameEveryService(t *testing.T) {
	t.Parallel()
	readme, index := read(t, "README.md"), read(t, "templates/index.md.tmpl")
	for _, s := range service.All() {
		if !strings.Contains(readme, "\n| [`"+s.Name+"`](") {
			t.Errorf("README.md has no row of %s", s.Name)
		}
		if !strings.Contains(index, " | `"+s.Name+"` | [guide](") {
			t.Errorf("templates/index.md.tmpl has no row of %s", s.Name)
		}
		if s.Environment && !strings.Contains(index, "\n| `"+s.Name+"` | `"+s.Variable("client_id")) {
			t.Errorf("templates/index.md.tmpl does not say which variables %s reads", s.Name)
		}
	}
}

// What CONTRIBUTING.md shows of a new service is a file that compiles beside the others.
func TestContributingCompiles(t *testing.T) {
	t.Parallel()
	_, fenced, _ := strings.Cut(read(t, "CONTRIBUTING.md"), "```go\n")
	fenced, _, found := strings.Cut(fenced, "```")
	if !found {
		t.Fatal("CONTRIBUTING.md has no block of Go")
	}
	root := clitest.Must(filepath.Abs(filepath.Join("..", "..")))(t)
	loaded, err := packages.Load(&packages.Config{
		Context: t.Context(), Dir: root, Mode: packages.LoadSyntax, // what it imports comes from the build cache
		Overlay: map[string][]byte{filepath.Join(root, "internal", "service", "acme.go"): []byte(fenced)},
	}, "./internal/service")
	if err != nil || len(loaded) != 1 {
		t.Fatalf("%d packages, error %v", len(loaded), err)
	}
	for _, broken := range loaded[0].Errors {
		t.Error(broken)
	}
	if loaded[0].Types.Scope().Lookup("acme") == nil {
		t.Error("the block makes no acme")
	}
}

// read returns a file by its name in the repository.
func read(t *testing.T, name string) string {
	t.Helper()
	text := clitest.Must(os.ReadFile(filepath.Join("..", "..", filepath.FromSlash(name))))(t)
	return string(text)
}
