package docs

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
)

// refused has an ephemeral value wherever the CLIs refuse one, but for the
// outputs of a root module, which hide all other errors.
const refused = `
ephemeral "apitoken_emtech" "this" {}

resource "terraform_data" "argument" {
  input = ephemeral.apitoken_emtech.this.header_name
}

resource "terraform_data" "count" {
  count = length(ephemeral.apitoken_emtech.this.header_name)
}

resource "terraform_data" "for_each" {
  for_each = toset([ephemeral.apitoken_emtech.this.header_name])
}

output "not_marked" {
  value = ephemeral.apitoken_emtech.this.header_name
}
`

const refusedOutput = `
ephemeral "apitoken_emtech" "this" {}

output "marked" {
  value     = ephemeral.apitoken_emtech.this.header_name
  ephemeral = true
}
`

// refusals checks that the table of refused ephemeral values has what the CLI
// says, in its own column.
func (r *runner) refusals(t *testing.T) {
	t.Helper()
	said := map[string]bool{}
	for _, text := range []string{refused, refusedOutput} {
		l := r.lab(t)
		l.Write("main.tf", text)
		l.Write("rest.tf", required(map[string]bool{"apitoken": true}))
		l.Must("init")
		for _, d := range l.Diagnostics("plan") {
			said[d.Summary] = true
		}
	}
	if diff := cmp.Diff(refusedValues(t, r.cli.Product), slices.Sorted(maps.Keys(said))); diff != "" {
		t.Error(diff)
	}
}

// refusedValues is the column of the table that is the product's.
func refusedValues(t *testing.T, product clitest.Product) []string {
	t.Helper()
	page := read(t, "templates/guides/troubleshooting.md")
	_, table, _ := strings.Cut(page, "| Terraform says | OpenTofu says | Where |\n|---|---|---|\n")
	table, _, _ = strings.Cut(table, "\n\n")
	column := map[clitest.Product]int{clitest.Terraform: 1, clitest.OpenTofu: 2}[product]
	var found []string
	for _, row := range regexp.MustCompile("(?m)^\\| `(.*?)` \\| `(.*?)` \\|").FindAllStringSubmatch(table, -1) {
		found = append(found, row[column])
	}
	slices.Sort(found)
	return found
}
