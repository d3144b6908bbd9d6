package docs

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	provider "github.com/hashicorp/terraform-plugin-framework/provider/schema"

	"github.com/apitoken/terraform-provider-apitoken/internal/service"
)

// besideSources are the attributes of a source that go with one.
var besideSources = []string{"fresh", "path"}

// sourcesIn returns the attributes of a set that are sources, by path, with the kinds of
// sources that they can be.
func sourcesIn(at string, attributes map[string]provider.Attribute) map[string][]string {
	found := map[string][]string{}
	for name, attribute := range attributes {
		var inner map[string]provider.Attribute
		switch attribute := attribute.(type) {
		case provider.SingleNestedAttribute:
			inner = attribute.Attributes
		case provider.MapNestedAttribute:
			inner = attribute.NestedObject.Attributes
		}
		_, isSource := inner["credentials"]
		if isSource {
			kinds := slices.Sorted(maps.Keys(inner))
			found[at+name] = slices.DeleteFunc(kinds, func(kind string) bool { return slices.Contains(besideSources, kind) })
			continue
		}
		maps.Copy(found, sourcesIn(at+name+".", inner))
	}
	return found
}

// tableOfSources returns the services that accept each source, as a table says.
func tableOfSources(text string) map[string][]string {
	shown := map[string][]string{}
	var services []string
	for _, line := range regexp.MustCompile(`(?m)^\|(.*)\|$`).FindAllStringSubmatch(text, -1) {
		cells := strings.Split(line[1], "|")
		for i, cell := range cells {
			cells[i] = strings.Trim(cell, " `")
		}
		if services == nil {
			services = cells[2:]
			continue
		}
		for i, cell := range cells[2:] {
			if cell == "yes" {
				shown[cells[0]] = append(shown[cells[0]], services[i])
			}
		}
	}
	return shown
}

// The table of sources has every source of the schema and the services that accept it, and
// the list below it every attribute that is a source.
func TestSourcesTable(t *testing.T) {
	t.Parallel()
	_, text, _ := strings.Cut(read(t, "templates/guides/tokens-without-stored-secrets.md"), "## Every source")
	text, _, _ = strings.Cut(text, "Two attributes go with")
	accepted := map[string]map[string]bool{}
	for _, s := range service.All() {
		for at, kinds := range sourcesIn("", s.Set) {
			if !strings.Contains(text, "`"+at+"`") {
				t.Errorf("%s of %s is not listed", at, s.Name)
			}
			for _, kind := range kinds {
				if accepted[kind] == nil {
					accepted[kind] = map[string]bool{}
				}
				accepted[kind][s.Name] = true
			}
		}
	}
	shown := tableOfSources(text)
	for kind, services := range accepted {
		if diff := cmp.Diff(slices.Sorted(maps.Keys(services)), slices.Sorted(slices.Values(shown[kind]))); diff != "" {
			t.Errorf("%s: %s", kind, diff)
		}
		delete(shown, kind)
	}
	if len(shown) > 0 {
		t.Errorf("there are no such sources: %v", shown)
	}
}

// The advice of the error about several sources has every source of the schema.
func TestSourcesInTroubleshooting(t *testing.T) {
	t.Parallel()
	_, text, _ := strings.Cut(read(t, "templates/guides/troubleshooting.md"), "### Exactly one source is needed")
	text, _, _ = strings.Cut(text, "###")
	for _, s := range service.All() {
		for _, kinds := range sourcesIn("", s.Set) {
			for _, kind := range kinds {
				if !strings.Contains(text, "`"+kind+"`") {
					t.Errorf("%s is not named", kind)
				}
			}
		}
	}
}
