package service_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	provider "github.com/hashicorp/terraform-plugin-framework/provider/schema"

	"github.com/apitoken/terraform-provider-apitoken/internal/service"
)

// onTheWire are attributes that have the name of what is sent or returned (RFC 6749,
// RFC 7521, RFC 8693), or of an output of a token, which {NAME.OUTPUT} names.
var onTheWire = []string{
	"client_id", "client_secret", "client_assertion", "access_token", "refresh_token", "token_type", "expires_in", "expires_at",
	"requested_token_type", "subject_token", "subject_token_type", "actor_token", "actor_token_type",
}

// attributeNames returns the names of all attributes that have more than one word, those
// of objects included.
func attributeNames(set map[string]provider.Attribute) []string {
	var names []string
	for name, attribute := range set {
		if strings.Contains(name, "_") && !slices.Contains(onTheWire, name) {
			names = append(names, name)
		}
		if nested, isObject := attribute.(provider.SingleNestedAttribute); isObject {
			names = append(names, attributeNames(nested.Attributes)...)
		}
	}
	return names
}

// The engine states facts, and internal/diagnostic words them: no text in the engine names
// an attribute.
func TestEngineNamesNoAttribute(t *testing.T) {
	t.Parallel()
	names := map[string]bool{}
	for _, s := range service.All() {
		for _, name := range attributeNames(s.Set) {
			names[name] = true
		}
	}
	named := regexp.MustCompile(`\b(` + strings.Join(slices.Sorted(maps.Keys(names)), "|") + `)\b|\b(transport|request|response)\.[a-z]`)
	texts := 0
	for _, room := range []string{"said", "answer", "jose", "transport", "source", "token"} {
		files, err := filepath.Glob(filepath.Join("..", room, "*.go"))
		if err != nil || len(files) == 0 {
			t.Fatalf("no files of %s, error %v", room, err)
		}
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			for _, text := range literals(t, file) {
				texts++
				if found := named.FindString(text); found != "" {
					t.Errorf("%s names %s in %s", file, found, text)
				}
			}
		}
	}
	if texts == 0 {
		t.Error("there are no texts")
	}
}

// literals returns the texts in a file of Go, as it writes them.
func literals(t *testing.T, name string) []string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	imports := map[*ast.BasicLit]bool{}
	for _, spec := range file.Imports {
		imports[spec.Path] = true
	}
	var found []string
	for node := range ast.Preorder(file) {
		if text, isText := node.(*ast.BasicLit); isText && text.Kind == token.STRING && !imports[text] {
			found = append(found, text.Value)
		}
	}
	return found
}
