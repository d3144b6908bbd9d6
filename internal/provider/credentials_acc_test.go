package provider_test

import (
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/config"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/apitoken/terraform-provider-apitoken/internal/sandbox"
	"github.com/apitoken/terraform-provider-apitoken/internal/service"
)

// emtechClient gives Emtech another client, and returns the set of it. Emtech's
// tokens tell which client they were issued to.
func (b *box) emtechClient(id string) object {
	c := sandbox.Client{ID: id, Secret: "fake secret of " + id}
	b.AddClient("emtech", c)
	return b.setOf("emtech", c)
}

func expect(address, attribute string, check knownvalue.Check) statecheck.StateCheck {
	return statecheck.ExpectKnownValue(address, tfjsonpath.New(attribute), check)
}

// expectEcho checks a part of what the echo provider was given.
func expectEcho(part string, check knownvalue.Check) statecheck.StateCheck {
	return statecheck.ExpectKnownValue("echo.this", tfjsonpath.New("data").AtMapKey(part), check)
}

// Two sets of one service, one of them called default.
func TestAccSets(t *testing.T) {
	noEnvironment(t)
	b := newBox(t)
	accept(t, resource.TestStep{
		Config: providerBlock(object{"emtech": object{
			"default": b.emtechClient("fake-default"), "shop": b.emtechClient("fake-shop"),
		}}) +
			dataBlock("emtech", "default", nil) +
			dataBlock("emtech", "shop", object{"credentials": "shop"}) +
			ephemeralBlock("emtech", "default", nil) +
			ephemeralBlock("emtech", "shop", object{"credentials": "shop"}) +
			echo(`{
				default = ephemeral.apitoken_emtech.default.access_token
				shop    = ephemeral.apitoken_emtech.shop.access_token
			}`),
		ConfigStateChecks: []statecheck.StateCheck{
			expect("data.apitoken_emtech.default", "access_token", b.issuedTo("fake-default")),
			expect("data.apitoken_emtech.shop", "access_token", b.issuedTo("fake-shop")),
			expect("data.apitoken_emtech.shop", "credentials", knownvalue.StringExact("shop")),
			expectEcho("default", b.issuedTo("fake-default")),
			expectEcho("shop", b.issuedTo("fake-shop")),
		},
	})
}

// setEnvironment gives the service's set "default" by the environment alone.
func (b *box) setEnvironment(t *testing.T, s service.Service) {
	t.Helper()
	// basic_encoding has no variable, and its default is form.
	clients := b.Clients(s.Name)
	c := clients[len(clients)-1]
	t.Setenv(s.Variable("client_id"), c.ID)
	t.Setenv(s.Variable("client_secret"), c.Secret)
	t.Setenv(s.Variable("token_url"), b.tokenURL(s.Name))
}

func TestAccEnvironment(t *testing.T) {
	noEnvironment(t)
	b := newBox(t)
	var blocks, echoed string
	var checks []statecheck.StateCheck
	for _, s := range service.All() {
		if !s.Environment {
			continue
		}
		b.setEnvironment(t, s)
		blocks += dataBlock(s.Name, "this", nil) +
			dataBlock(s.Name, "named", object{"credentials": "default"}) +
			ephemeralBlock(s.Name, "this", nil)
		echoed += fmt.Sprintf("%s = ephemeral.apitoken_%s.this.access_token\n", s.Name, s.Name)
		checks = append(checks,
			expect("data.apitoken_"+s.Name+".this", "access_token", b.issued()),
			expect("data.apitoken_"+s.Name+".named", "access_token", b.issued()),
			expectEcho(s.Name, b.issued()))
	}
	accept(t, resource.TestStep{
		Config:            blocks + echo("{\n"+echoed+"}"),
		ConfigStateChecks: checks,
	})
}

// An ephemeral variable holds the secret.
func TestAccEphemeralVariable(t *testing.T) {
	noEnvironment(t)
	b := newBox(t)
	emtech := b.set("emtech").and(object{"client_secret": expression("var.secret")})
	accept(t, resource.TestStep{
		Config: block(`variable "secret"`, object{"type": expression("string"), "ephemeral": true}) +
			providerBlock(object{"emtech": object{"default": emtech}}) +
			dataBlock("emtech", "this", nil) + ephemeralBlock("emtech", "this", nil) +
			echo("ephemeral.apitoken_emtech.this"),
		ConfigVariables: config.Variables{"secret": config.StringVariable(b.Client("emtech").Secret)},
		ConfigStateChecks: []statecheck.StateCheck{
			expect("data.apitoken_emtech.this", "access_token", b.issuedTo(b.Client("emtech").ID)),
			expectEcho("access_token", b.issuedTo(b.Client("emtech").ID)),
		},
	})
}

// A whole credential set, or all sets of a service, may come from a variable.
// While a CLI validates, a variable's value is not known.
func TestAccSetFromVariable(t *testing.T) {
	noEnvironment(t)
	b := newBox(t)
	variable := func(name string, value any) string {
		return block(fmt.Sprintf("variable %q", name), object{
			"type":    expression("any"),
			"default": value,
		})
	}
	typed := block(`variable "set"`, object{
		"type":    expression("object({ client_id = string, client_secret = string, token_url = string })"),
		"default": b.set("emtech"),
	})
	accept(t, resource.TestStep{
		Config: typed + variable("sets", object{"shop": b.set("epgl")}) +
			providerBlock(object{"emtech": object{"shop": expression("var.set")}, "epgl": expression("var.sets")}) +
			dataBlock("emtech", "this", nil) + dataBlock("epgl", "this", nil),
		ConfigStateChecks: []statecheck.StateCheck{
			expect("data.apitoken_emtech.this", "access_token", b.issued()),
			expect("data.apitoken_epgl.this", "access_token", b.issued()),
		},
	})
}
