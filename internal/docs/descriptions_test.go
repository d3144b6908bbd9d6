package docs

import (
	"maps"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
	"github.com/apitoken/terraform-provider-apitoken/internal/provider"
)

// maxFirstSentence is how long the first sentence of a description may be:
// editors show it in a line or two.
const maxFirstSentence = 150

// descriptions returns every description of the schemas by its path.
func descriptions(t *testing.T) map[string]string {
	t.Helper()
	server := providerserver.NewProtocol6(provider.New("test")())()
	schema := clitest.Must(server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{}))(t)
	found := map[string]string{"provider": schema.Provider.Block.Description}
	maps.Copy(found, within("provider", schema.Provider.Block.Attributes))
	for name, s := range schema.DataSourceSchemas {
		found["data."+name] = s.Block.Description
		maps.Copy(found, within("data."+name, s.Block.Attributes))
	}
	for name, s := range schema.EphemeralResourceSchemas {
		found["ephemeral."+name] = s.Block.Description
		maps.Copy(found, within("ephemeral."+name, s.Block.Attributes))
	}
	return found
}

func within(path string, attributes []*tfprotov6.SchemaAttribute) map[string]string {
	found := map[string]string{}
	for _, a := range attributes {
		here := path + "." + a.Name
		found[here] = a.Description
		if a.NestedType != nil {
			maps.Copy(found, within(here, a.NestedType.Attributes))
		}
	}
	return found
}

// Descriptions are what an editor shows when one points at a name: each reads
// well alone, and its links lead somewhere from there too.
func TestDescriptionsStandAlone(t *testing.T) {
	t.Parallel()
	link := regexp.MustCompile(`\]\(([^)]*)\)`)
	sentence := regexp.MustCompile(`^["\x60A-Z].*?[.](\s|$)`)
	for path, text := range descriptions(t) {
		first := sentence.FindString(text)
		switch {
		case first == "" || !strings.HasSuffix(text, "."):
			t.Errorf("%s is not made of sentences: %s", path, text)
		case len(first) > maxFirstSentence:
			t.Errorf("the first sentence of %s has %d characters: %s", path, len(first), first)
		}
		for _, match := range link.FindAllStringSubmatch(text, -1) {
			if !strings.HasPrefix(match[1], "https://") {
				t.Errorf("%s links to %s, which an editor cannot follow", path, match[1])
			}
		}
	}
}
