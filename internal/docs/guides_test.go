package docs

import (
	"slices"
	"strings"
	"testing"

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
