package docs

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// module is a block as a module of its own: the block as it stands, and what it
// lacks to be whole.
type module struct {
	block
	name      string            // of the module
	main      string            // the block
	rest      string            // what was added
	variables map[string]string // values for the variables without a default
	alone     bool              // it has to be a root module
}

// outline is what a block declares and what it refers to.
type outline struct {
	declared  map[string]bool // addresses such as var.x, data.http.x, provider.apitoken
	valueless []string        // the declared variables without a default
	required  bool            // it has a block terraform
	rootOnly  bool            // it has what only a root module checks, or may have
	providers map[string]bool
	used      map[string]bool // the providers with a resource or data source
	refers    map[string]bool // addresses, of what else is referred to
	sets      []set
}

// set is a credential set in a provider block, or one that a block asks for.
type set struct{ service, name, alias string }

// UnreadableError is a block that is not HCL.
type UnreadableError struct{ Diags hcl.Diagnostics }

func (e *UnreadableError) Error() string { return e.Diags.Error() }

// MissingError is something that a block refers to and nothing provides.
type MissingError struct{ Address string }

func (e MissingError) Error() string {
	return e.Address + " is neither in the block nor can it be added"
}

// complete adds what a block lacks: the providers it requires, the variables and
// the tokens it refers to, a provider block with the sets it names, a data source
// for each set that it has, so that each is asked for a token, and a resource for
// each other provider block, which no CLI looks at without one.
func complete(b block, name string, value func(string) string) (module, error) {
	m := module{block: b, name: name, main: b.text, variables: map[string]string{}}
	body, err := parse(m.main)
	if err != nil {
		return m, err
	}
	if len(body.Blocks) == 0 { // nothing but sets, as in the cookbook
		m.main = "provider \"apitoken\" {\n " + cmp.Or(b.service, "custom") + " = {\n" + b.text + "}\n}\n"
		if body, err = parse(m.main); err != nil {
			return m, err
		}
	}
	o := sketch(body)
	m.alone = o.rootOnly
	m.rest = asked(&o) + wantedSets(o) + uses(o)
	declarations, err := declare(&o)
	if err != nil {
		return m, err
	}
	m.rest += declarations
	if !o.required {
		m.rest += required(o.providers)
	}
	for _, variable := range o.valueless {
		m.variables[variable] = value(variable)
	}
	return m, nil
}

// asked is a data source for each set, or where a provider block has none, for
// the one that the environment gives.
func asked(o *outline) string {
	var text strings.Builder
	for _, s := range o.sets {
		fmt.Fprintf(&text, "data \"apitoken_%s\" \"asked_%s%s\" {\n  credentials = %q\n%s}\n", s.service, s.alias, s.name, s.name, s.provider())
		o.providers["apitoken"] = true
	}
	if o.declared["provider.apitoken"] && len(o.sets) == 0 && !o.used["apitoken"] {
		text.WriteString("data \"apitoken_emtech\" \"asked\" {}\n")
	}
	return text.String()
}

func (s set) provider() string {
	if s.alias == "" {
		return ""
	}
	return "  provider = apitoken." + s.alias + "\n"
}

func parse(text string) (*hclsyntax.Body, error) {
	file, diags := hclsyntax.ParseConfig([]byte(text), "main.tf", hcl.InitialPos)
	if diags.HasErrors() {
		return nil, &UnreadableError{diags}
	}
	body, ok := file.Body.(*hclsyntax.Body)
	if !ok {
		return nil, &UnreadableError{}
	}
	return body, nil
}

// wantedSets is a provider block with the sets that the tokens name, where there
// is none.
func wantedSets(o outline) string {
	if o.declared["provider.apitoken"] {
		return ""
	}
	var text strings.Builder
	for address := range o.declared {
		parts := strings.Split(address, ".")
		if parts[0] == "credentials" {
			fmt.Fprintf(&text, "%s = { %s = { client_id = \"docs\", client_secret = %q, %s } }\n",
				parts[1], parts[2], proof, wantedURL(parts[1]))
		}
	}
	if text.Len() == 0 {
		return ""
	}
	return "provider \"apitoken\" {\n" + text.String() + "}\n"
}

// uses are resources of the provider blocks that have none.
func uses(o outline) string {
	var text strings.Builder
	for name, resource := range map[string]string{
		"restapi":    "resource \"restapi_object\" \"use\" {\n  path = \"/use\"\n  data = \"{}\"\n}\n",
		"restful":    "resource \"restful_resource\" \"use\" {\n  path = \"/use\"\n  body = {}\n}\n",
		"kubernetes": "resource \"kubernetes_namespace_v1\" \"use\" {\n  metadata {\n    name = \"use\"\n  }\n}\n",
		"vault":      "resource \"vault_kv_secret_v2\" \"use\" {\n  mount     = \"secret\"\n  name      = \"use\"\n  data_json = \"{}\"\n}\n",

		"elasticstack": "resource \"elasticstack_elasticsearch_index\" \"use\" {\n  name = \"use\"\n}\n",
		"gitlab":       "resource \"gitlab_group\" \"use\" {\n  name = \"use\"\n  path = \"use\"\n}\n",
		"grafana":      "resource \"grafana_folder\" \"use\" {\n  title = \"use\"\n}\n",
		"helm":         "resource \"helm_release\" \"use\" {\n  name  = \"use\"\n  chart = \"use\"\n}\n",
		"keycloak":     "resource \"keycloak_realm\" \"use\" {\n  realm = \"use\"\n}\n",
	} {
		if o.declared["provider."+name] && !o.used[name] {
			text.WriteString(resource)
		}
	}
	return text.String()
}

func wantedURL(service string) string {
	if service == "oauth2" {
		return `issuer = "https://sso.example.com/realms/ops"`
	}
	return ""
}

// declare declares what a block refers to and leaves out.
func declare(o *outline) (string, error) {
	var text strings.Builder
	for _, address := range slices.Sorted(maps.Keys(o.refers)) {
		parts := strings.Split(address, ".")
		switch {
		case parts[0] == "var":
			fmt.Fprintf(&text, "variable %q {\n  type = string\n}\n", parts[1])
			o.valueless = append(o.valueless, parts[1])
		case len(parts) == 3 && parts[1] == "apitoken_proxy":
			fmt.Fprintf(&text, "ephemeral \"apitoken_proxy\" %q {\n  service  = \"oauth2\"\n  upstream = \"https://api.example.com\"\n}\n", parts[2])
			o.providers["apitoken"] = true
		case len(parts) == 3 && strings.HasPrefix(parts[1], "apitoken_"):
			fmt.Fprintf(&text, "%s %q %q {}\n", parts[0], parts[1], parts[2])
			o.providers["apitoken"] = true
		default:
			return "", MissingError{address}
		}
	}
	return text.String(), nil
}

func required(providers map[string]bool) string {
	var text strings.Builder
	text.WriteString("terraform {\n  required_providers {\n")
	for _, name := range slices.Sorted(maps.Keys(providers)) {
		source := "apitoken/apitoken"
		if name != "apitoken" {
			plugin := standInPlugin(name, "")
			source = plugin.Namespace + "/" + plugin.Type
		}
		fmt.Fprintf(&text, "    %s = { source = %q }\n", name, source)
	}
	text.WriteString("  }\n}\n")
	return text.String()
}

// sketch reads off a block what it declares and what it refers to.
func sketch(body *hclsyntax.Body) outline {
	o := outline{
		declared: map[string]bool{}, providers: map[string]bool{}, used: map[string]bool{}, refers: map[string]bool{},
	}
	for _, b := range body.Blocks {
		o.add(b)
	}
	// It fails on no node: the function returns no diagnostics.
	_ = hclsyntax.VisitAll(body, func(node hclsyntax.Node) hcl.Diagnostics {
		switch n := node.(type) {
		case *hclsyntax.ScopeTraversalExpr:
			o.refer(n.Traversal)
		case *hclsyntax.FunctionCallExpr:
			if parts := strings.Split(n.Name, "::"); parts[0] == "provider" {
				o.providers[parts[1]] = true
			}
		}
		return nil
	})
	for address := range o.declared {
		delete(o.refers, address)
	}
	return o
}

func (o *outline) add(b *hclsyntax.Block) {
	switch b.Type {
	case "terraform":
		o.required = true
		o.rootOnly = o.rootOnly || len(b.Body.Blocks) != 1 // a backend, or the like
	case "output":
		o.rootOnly = true
	case "variable":
		o.declared["var."+b.Labels[0]] = true
		if b.Body.Attributes["default"] == nil {
			o.valueless = append(o.valueless, b.Labels[0])
		}
	case "provider":
		o.addProvider(b)
	case "data", "ephemeral", "resource":
		o.addResource(b)
	}
}

func (o *outline) addResource(b *hclsyntax.Block) {
	kind, name := b.Labels[0], b.Labels[1]
	address := kind + "." + name
	if b.Type != "resource" {
		address = b.Type + "." + address
	}
	o.declared[address] = true
	provider, _, _ := strings.Cut(kind, "_")
	if provider != "terraform" {
		o.providers[provider], o.used[provider] = true, true
	}
	if attribute := b.Body.Attributes["credentials"]; attribute != nil && provider == "apitoken" {
		service := strings.TrimPrefix(kind, "apitoken_")
		if of := b.Body.Attributes["service"]; of != nil { // of apitoken_proxy
			service = literal(of.Expr)
		}
		o.declared["credentials."+service+"."+literal(attribute.Expr)] = true
	}
}

func (o *outline) addProvider(b *hclsyntax.Block) {
	o.providers[b.Labels[0]] = true
	o.declared["provider."+b.Labels[0]] = true
	o.rootOnly = o.rootOnly || len(b.Body.Attributes) == 0
	if b.Labels[0] != "apitoken" {
		return
	}
	var alias string
	if attribute := b.Body.Attributes["alias"]; attribute != nil {
		alias = literal(attribute.Expr)
	}
	for _, attribute := range b.Body.Attributes {
		object, ok := attribute.Expr.(*hclsyntax.ObjectConsExpr)
		if !ok || attribute.Name == "transport" || attribute.Name == "token_store" {
			continue
		}
		for _, item := range object.Items {
			o.sets = append(o.sets, set{attribute.Name, literal(item.KeyExpr), alias})
		}
	}
}

// literal is the text of a string or of a bare key.
func literal(expr hclsyntax.Expression) string {
	value, diags := expr.Value(nil)
	if diags.HasErrors() {
		return ""
	}
	return value.AsString()
}

// refer notes the address that a reference begins with.
func (o *outline) refer(traversal hcl.Traversal) {
	var parts []string
	for _, step := range traversal {
		switch s := step.(type) {
		case hcl.TraverseRoot:
			parts = append(parts, s.Name)
		case hcl.TraverseAttr:
			parts = append(parts, s.Name)
		}
	}
	length := 2
	switch parts[0] {
	case "path", "self", "each", "count", "local", "terraform", "module", "apitoken":
		return
	case "data", "ephemeral":
		length = 3
	}
	if len(parts) >= length {
		o.refers[strings.Join(parts[:length], ".")] = true
	}
}

func TestComplete(t *testing.T) {
	t.Parallel()
	value := func(name string) string { return "fake-" + name }
	for name, c := range map[string]struct {
		text string
		want []string
	}{
		"a set of custom": {`x = { request = { url = var.u } }`, []string{`data "apitoken_custom" "asked_x"`, `variable "u"`, `apitoken = {`}},
		"a token":         {`provider "restapi" { headers = ephemeral.apitoken_emtech.a.headers }`, []string{`ephemeral "apitoken_emtech" "a" {}`, `restapi = {`}},
		"a named set":     {`data "apitoken_epgl" "a" { credentials = "shop" }`, []string{`epgl = { shop = {`}},
		"a proxy":         {`provider "restapi" { headers = ephemeral.apitoken_proxy.a.headers }`, []string{`ephemeral "apitoken_proxy" "a" {`}},
		"the set of one":  {"ephemeral \"apitoken_proxy\" \"a\" {\n service = \"epgl\"\n credentials = \"shop\"\n}", []string{`epgl = { shop = {`}},
		"a function":      {`locals { x = provider::apitoken::jwt_decode(var.t) }`, []string{`apitoken = {`, `variable "t"`}},
	} {
		m, err := complete(block{text: c.text}, "m", value)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		for _, want := range c.want {
			if !strings.Contains(m.rest, want) {
				t.Errorf("%s: no %s in %s", name, want, m.rest)
			}
		}
	}
	for name, text := range map[string]string{"a resource": `locals { x = aws_instance.a.id }`, "no HCL": `a = { … `} {
		if m, err := complete(block{text: text}, "m", value); err == nil {
			t.Errorf("%s: completed to %s", name, m.rest)
		}
	}
}
