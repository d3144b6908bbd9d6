package acceptance

import (
	"fmt"

	"github.com/apitoken/terraform-provider-apitoken/internal/sandbox"
	"github.com/apitoken/terraform-provider-apitoken/internal/service"
)

// Two sets of one service, one of them called default.
func testSets(l *sandboxLab) {
	l.Configure(declared,
		providerBlock("", "emtech = {\n default = "+l.emtechClient("fake-default")+"\n shop = "+l.emtechClient("fake-shop")+"\n}"), `
data "apitoken_emtech" "default" {}

data "apitoken_emtech" "shop" {
  credentials = "shop"
}

ephemeral "apitoken_emtech" "default" {}

ephemeral "apitoken_emtech" "shop" {
  credentials = "shop"
}
`, l.Echo("{ default = ephemeral.apitoken_emtech.default, shop = ephemeral.apitoken_emtech.shop }"))
	l.Must("apply", "-auto-approve")
	l.checkClients(map[string]string{
		"data.apitoken_emtech.default": "fake-default", "data.apitoken_emtech.shop": "fake-shop",
		"default": "fake-default", "shop": "fake-shop",
	})
	if name := l.State()["data.apitoken_emtech.shop"]["credentials"]; name != "shop" {
		l.T.Errorf("credentials is %v", name)
	}
}

// Each service's set "default" comes from the environment alone.
func testEnvironment(l *sandboxLab) {
	var names []string
	var more, echoed string
	for _, s := range service.All() {
		if !s.Environment {
			continue
		}
		names = append(names, s.Name)
		// basic_encoding has no variable, and its default is form.
		clients := l.box.Clients(s.Name)
		client := clients[len(clients)-1]
		l.Env[s.Variable("client_id")], l.Env[s.Variable("client_secret")] = client.ID, client.Secret
		l.Env[s.Variable("token_url")] = l.url + sandbox.TokenPath(s.Name)
		more += fmt.Sprintf("\ndata \"apitoken_%s\" \"named\" {\n  credentials = \"default\"\n}\n", s.Name)
		echoed += fmt.Sprintf("%[1]s = ephemeral.apitoken_%[1]s.this\n", s.Name)
	}
	l.Configure(declared, dataSources(names...), ephemerals(names...), more, l.Echo("{\n"+echoed+"}"))
	l.Must("apply", "-auto-approve")
	state, ephemeral := l.State(), l.Echoed()
	for _, name := range names {
		l.token(state["data.apitoken_"+name+".this"])
		l.token(state["data.apitoken_"+name+".named"])
		got, _ := ephemeral[name].(map[string]any)
		l.token(got)
	}
}

// An ephemeral variable holds the secret: those of head are such.
func testEphemeralVariable(l *sandboxLab) {
	l.Configure(l.head(""), dataSources("emtech"), ephemerals("emtech"), l.Echo("{ ephemeral = ephemeral.apitoken_emtech.this }"))
	l.Must("apply", "-auto-approve")
	id := l.box.Client("emtech").ID
	l.checkClients(map[string]string{"data.apitoken_emtech.this": id, "ephemeral": id})
}

// A whole credential set, or all sets of a service, may come from a variable.
// While a CLI validates, a variable's value is not known.
func testSetFromVariable(l *sandboxLab) {
	secret := func(service string) string { return fmt.Sprintf("%q", l.box.Client(service).Secret) }
	l.Configure(declared, providerBlock("", "emtech = { shop = var.set }\nepgl = var.sets"), `
variable "set" {
  type    = object({ client_id = string, client_secret = string, token_url = string })
  default = `+l.setOf("emtech", l.box.Client("emtech"), secret("emtech"))+`
}

variable "sets" {
  type    = any
  default = {
    shop = `+l.setOf("epgl", l.box.Client("epgl"), secret("epgl"))+`
  }
}
`, dataSources("emtech", "epgl"))
	l.Must("apply", "-auto-approve")
	state := l.State()
	l.token(state["data.apitoken_emtech.this"])
	l.token(state["data.apitoken_epgl.this"])
}
