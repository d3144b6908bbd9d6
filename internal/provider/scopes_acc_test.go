package provider_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
)

// Scopes of the set are the default; scopes as input replace them, no scopes too.
func TestAccScopes(t *testing.T) {
	noEnvironment(t)
	b := newBox(t)
	input := object{"scopes": []string{"category.category_publish", "category.category_manage"}}
	const (
		ofSet   = "scope=category.category_read tenant=yourtenant"
		ofInput = "scope=category.category_manage category.category_publish tenant=yourtenant"
		all     = "scope=category.category_manage category.category_publish category.category_read " +
			"category.category_read_unpublished category.category_unpublish tenant=yourtenant"
	)
	exactly := func(v string) knownvalue.Check { return knownvalue.StringExact(v) }
	accept(t, resource.TestStep{
		Config: providerBlock(object{
			"emporix": object{"default": b.set("emporix").and(object{"scopes": []string{"category.category_read"}})},
			"oauth2":  object{"default": b.set("oauth2").and(object{"scopes": []string{"write", "read"}})},
		}) +
			dataBlock("emporix", "set", nil) +
			dataBlock("emporix", "input", input) +
			dataBlock("emporix", "none", object{"scopes": []string{}}) +
			dataBlock("oauth2", "set", nil) +
			dataBlock("oauth2", "input", object{"scopes": []string{"admin"}}) +
			ephemeralBlock("emporix", "set", nil) +
			ephemeralBlock("emporix", "input", input) +
			ephemeralBlock("oauth2", "input", object{"scopes": []string{"admin"}}) +
			echo(`{
				set    = ephemeral.apitoken_emporix.set.scope
				input  = ephemeral.apitoken_emporix.input.scope
				oauth2 = ephemeral.apitoken_oauth2.input.scope
			}`),
		ConfigStateChecks: []statecheck.StateCheck{
			expect("data.apitoken_emporix.set", "scope", exactly(ofSet)),
			expect("data.apitoken_emporix.set", "scopes", knownvalue.Null()),
			expect("data.apitoken_emporix.input", "scope", exactly(ofInput)),
			expect("data.apitoken_emporix.input", "scopes", knownvalue.SetExact([]knownvalue.Check{
				exactly("category.category_manage"), exactly("category.category_publish"),
			})),
			expect("data.apitoken_emporix.input", "tenant", exactly("yourtenant")),
			expect("data.apitoken_emporix.none", "scope", exactly(all)),
			expect("data.apitoken_oauth2.set", "scope", exactly("read write")),
			expect("data.apitoken_oauth2.input", "scope", exactly("admin")),
			expectEcho("set", exactly(ofSet)),
			expectEcho("input", exactly(ofInput)),
			expectEcho("oauth2", exactly("admin")),
		},
	})
}

// A scope that the client does not have is refused with the vendor's words.
func TestAccScopeRefused(t *testing.T) {
	noEnvironment(t)
	b := newBox(t)
	refuse(t, providerBlock(b.sets("emporix"))+dataBlock("emporix", "this", object{"scopes": []string{"category.category_eat"}}),
		"Error: Token request refused", "Service emporix", "HTTP 400 Bad Request",
		"The vendor said: invalid_scope: The scope is not assigned to the client.", "Emporix Developer Portal")
}
