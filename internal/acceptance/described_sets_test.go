package acceptance

import (
	"crypto/elliptic"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
	"github.com/apitoken/terraform-provider-apitoken/internal/testkeys"
)

// madeUpSet is a credential set with made-up secrets, which come by the
// variable made_up. URL is the token endpoint, as %s.
type madeUpSet struct {
	service, name, hcl string
	// sends names those of the secrets that are sent as they are.
	sends []string
	// at is the token endpoint of a set that has one of its own.
	at string
}

// of is the expression of a made-up secret.
func of(name string) string { return fmt.Sprintf("var.made_up[%q]", name) }

func oauth2Sets() []madeUpSet {
	const types = `subject_token_type = "urn:example:subject", actor_token_type = "urn:example:actor"`
	set := func(name, hcl string, sends ...string) madeUpSet {
		return madeUpSet{service: "oauth2", name: name, hcl: "token_url = %s, " + hcl, sends: sends}
	}
	return []madeUpSet{
		set("basic", `client_id = "id", client_secret = `+of("basic"), "basic"),
		set("raw", `client_id = "id", basic_encoding = "raw", client_secret = `+of("raw"), "raw"),
		set("post", `client_id = "id", client_auth = "client_secret_post", client_secret = `+of("post"), "post"),
		set("hmac", `client_id = "id", client_auth = "client_secret_jwt", client_secret = `+of("hmac")),
		set("key", `client_id = "id", client_auth = "private_key_jwt", private_key_pem = `+of("key")),
		set("given", `client_id = "id", client_auth = "private_key_jwt", client_assertion = { value = `+of("given")+` }`, "given"),
		set("refresh", `client_id = "id", client_auth = "none", grant = "refresh_token", refresh_token = `+of("refresh"), "refresh"),
		set("password", `client_id = "id", client_auth = "none", grant = "password", username = "user", password = `+of("password"), "password"),
		set("bearer", `client_id = "id", client_auth = "none", grant = "urn:ietf:params:oauth:grant-type:jwt-bearer",
      assertion = { value = `+of("bearer")+` }`, "bearer"),
		set("signed", `client_id = "id", client_auth = "none", grant = "urn:ietf:params:oauth:grant-type:jwt-bearer",
      assertion = { signed = { private_key_pem = `+of("key")+`, claims = jsonencode({ role = `+of("claim")+` }) } }`),
		set("exchange", `client_id = "id", client_auth = "none", grant = "urn:ietf:params:oauth:grant-type:token-exchange", `+types+`,
      subject_token = { value = `+of("subject")+` }, actor_token = { env = "APITOKEN_TEST_ACTOR" }`, "subject", "actor"),
		set("params", `client_id = "id", client_auth = "none", params = { api_key = `+of("param")+` }, request_headers = { x-key = `+of("header")+` }`,
			"param", "header"),
	}
}

func customSets() []madeUpSet {
	set := func(name, hcl string, sends ...string) madeUpSet {
		return madeUpSet{service: "custom", name: name, hcl: "request = { url = %s, " + hcl + " }, " + customAnswer, sends: sends}
	}
	return []madeUpSet{
		set("json", `json = jsonencode({ user = "user", password = `+of("json")+` })`, "json"),
		set("form", `form = { password = `+of("form")+` }`, "form"),
		set("query", `method = "GET", query = { key = `+of("query")+` }`, "query"),
		set("headers", `headers = { x-key = `+of("headers")+` }`, "headers"),
		set("basic_auth", `basic_auth = { username = "user", password = `+of("basic_auth")+` }`, "basic_auth"),
		set("jwt", `headers = { x-jwt = "{jwt}" }, sources = { jwt = { signed = { private_key_pem = `+of("key")+` } } }`),
		set("body", `content_type = "application/x-www-form-urlencoded", body = "p=${urlencode(`+of("body")+`)}"`, "body"),
	}
}

const customAnswer = `response = { token = "access_token", expires_in = "expires_in", outputs = { session = "session", renewal = "refresh_token" } }`

// setBlocks are the sets of the services, as the provider block has them, each
// with the URL that the function gives.
func setBlocks(sets []madeUpSet, url func(madeUpSet) string) string {
	byService := map[string][]string{}
	for _, set := range sets {
		text := fmt.Sprintf("    %s = { %s }\n", set.name, fmt.Sprintf(set.hcl, fmt.Sprintf("%q", url(set))))
		byService[set.service] = append(byService[set.service], text)
	}
	var block strings.Builder
	for _, service := range slices.Sorted(maps.Keys(byService)) {
		fmt.Fprintf(&block, "  %s = {\n%s  }\n", service, strings.Join(byService[service], ""))
	}
	return block.String()
}

// all is a block of the kind for all the sets of a service, of a provider by its alias.
func all(kind, service, alias, label string, sets []madeUpSet, more string) string {
	var names []string
	for _, set := range sets {
		if set.service == service {
			names = append(names, set.name)
		}
	}
	return fmt.Sprintf(`
%s "apitoken_%s" %q {
  provider    = apitoken.%s
  for_each    = toset(%s)
  credentials = each.key
  %s
}
`, kind, service, label, alias, quotedList(names), more)
}

func quotedList(names []string) string { return `["` + strings.Join(names, `", "`) + `"]` }

const madeUpVariable = `
variable "made_up" {
  type      = map(string)
  sensitive = true
  ephemeral = true
}
`

// makeUp gives the runs a secret of each name that the sets use, and returns them.
func (l *sandboxLab) makeUp(names ...string) []clitest.Needle {
	l.T.Helper()
	values := map[string]string{"key": testkeys.PKCS8(l.T, testkeys.EC(l.T, elliptic.P256()))}
	for _, set := range slices.Concat(oauth2Sets(), customSets()) {
		names = append(names, set.sends...)
	}
	for _, name := range append(names, "hmac", "claim") {
		values[name] = madeUp(name)
	}
	text := clitest.Must(json.Marshal(values))(l.T)
	l.Env["TF_VAR_made_up"], l.Env["APITOKEN_TEST_ACTOR"] = string(text), values["actor"]
	var needles []clitest.Needle
	for _, name := range slices.Sorted(maps.Keys(values)) {
		needles = append(needles, clitest.Needle{Name: "made-up " + name, Value: values[name]})
	}
	return needles
}
