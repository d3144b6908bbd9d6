package provider_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/apitoken/terraform-provider-apitoken/internal/sandbox"
)

// TestAccCookbook has all sets of the guide in one provider block of a real
// CLI, each asked for by a data source and by an ephemeral resource.
func TestAccCookbook(t *testing.T) {
	noEnvironment(t)
	k := newKitchen(t)
	sets := cookbook(t)
	var all, tokens, echoed strings.Builder
	for _, row := range sandbox.Cookbook() {
		all.WriteString(k.at(row, sets[row.Name]))
		inputs := object{"credentials": row.Name}
		tokens.WriteString(dataBlock("custom", row.Name, inputs) + ephemeralBlock("custom", row.Name, inputs))
		fmt.Fprintf(&echoed, "%s = ephemeral.apitoken_custom.%s.headers\n", row.Name, row.Name)
	}
	var declared strings.Builder
	for _, name := range variables(all.String()) {
		declared.WriteString(block(fmt.Sprintf("variable %q", name), object{"default": k.value(name), "sensitive": true}))
	}
	check := func(state map[string]object) error {
		echoes, _ := state["echo.this"]["data"].(map[string]any)
		for _, row := range sandbox.Cookbook() {
			read := state["data.apitoken_custom."+row.Name]["headers"]
			for kind, headers := range map[string]any{"data source": read, "ephemeral resource": echoes[row.Name]} {
				if err := k.opens(row, headers); err != nil {
					return fmt.Errorf("%s as %s: %w", row.Name, kind, err)
				}
			}
		}
		return nil
	}
	accept(t, resource.TestStep{
		Config: declared.String() + "provider \"apitoken\" {\n  custom = {\n" + all.String() + "  }\n}\n" +
			tokens.String() + echo("{\n"+echoed.String()+"}"),
		ConfigStateChecks: []statecheck.StateCheck{stateCheck(check)},
	})
}

// opens checks that headers are those that the vendor's API wants to see, with
// a token that its row has issued.
func (k kitchen) opens(row sandbox.Row, headers any) error {
	got, _ := headers.(map[string]any)
	if len(got) != len(row.Use) {
		return fmt.Errorf("there are %d headers, want %d", len(got), len(row.Use))
	}
	for name, want := range row.Use {
		value, _ := got[name].(string)
		if !slices.ContainsFunc(k.Issued(row.Name), func(issued string) bool {
			return value == strings.ReplaceAll(want, "TOKEN", issued)
		}) {
			return fmt.Errorf("the header %s carries no token that was issued", name)
		}
	}
	return nil
}
