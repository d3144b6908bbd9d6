package provider_test

import (
	"encoding/base64"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	hclv2 "github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/function/stdlib"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
	"github.com/apitoken/terraform-provider-apitoken/internal/sandbox"
)

// kitchen serves the cookbook.
type kitchen struct {
	*sandbox.Server
	url         string
	certificate object // of a client, and its key
	all         map[string]clitest.Set
}

func newKitchen(t *testing.T, all map[string]clitest.Set) kitchen {
	t.Helper()
	server := sandbox.New()
	return kitchen{server, newWeb(t, server).URL, newCertificate(t, -time.Hour, time.Hour), all}
}

func (k kitchen) value(variable string) string {
	pem := func(attribute string) string { text, _ := k.certificate[attribute].(string); return text }
	switch {
	case strings.HasSuffix(variable, "certificate_pem"):
		return pem("client_certificate_pem")
	case strings.HasSuffix(variable, "certificate_key_pem"):
		return pem("client_key_pem")
	case strings.HasSuffix(variable, "private_key"):
		return k.PrivateKeyPEM()
	}
	return sandbox.Value(variable)
}

// variables returns the names of the variables in HCL.
func variables(text string) []string {
	found := map[string]bool{}
	for _, match := range regexp.MustCompile(`\bvar\.([a-z_]+)`).FindAllStringSubmatch(text, -1) {
		found[match[1]] = true
	}
	return slices.Sorted(maps.Keys(found))
}

// sets returns the provider block with the set of a row, and with those that it is fed by. Variables have the values
// given, or else the right ones.
func (k kitchen) sets(t *testing.T, row sandbox.Row, given map[string]string) object {
	t.Helper()
	all, block := k.all, object{}
	for name := row.Name; name != ""; name = sandbox.Find(name).After {
		set, has := all[name]
		if !has {
			t.Fatalf("no guide has a set %s", name)
		}
		of, _ := block[set.Service].(object)
		block[set.Service] = object{name: k.evaluate(t, sandbox.Find(name), set.Text, given)}.and(of)
	}
	return block
}

// evaluate returns the value of a set in HCL, at the sandbox.
func (k kitchen) evaluate(t *testing.T, row sandbox.Row, set string, given map[string]string) object {
	t.Helper()
	text := regexp.MustCompile(`(url +)= "`+regexp.QuoteMeta(row.Origin)+"/").ReplaceAllString(set, `${1}= "`+k.url+row.Base+"/")
	file, diags := hclsyntax.ParseConfig([]byte(text), row.Name, hclv2.InitialPos)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	attributes, diags := file.Body.JustAttributes()
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	values := map[string]cty.Value{}
	for _, name := range variables(set) {
		value, has := given[name]
		if !has {
			value = k.value(name)
		}
		values[name] = cty.StringVal(value)
	}
	value, diags := attributes[row.Name].Expr.Value(&hclv2.EvalContext{
		Variables: map[string]cty.Value{"var": cty.ObjectVal(values)},
		Functions: map[string]function.Function{
			"jsonencode": stdlib.JSONEncodeFunc, "urlencode": encoder(url.QueryEscape), "replace": stdlib.ReplaceFunc,
			"base64encode": encoder(func(text string) string { return base64.StdEncoding.EncodeToString([]byte(text)) }),
		},
	})
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	found, ok := plain(value).(object)
	if !ok {
		t.Fatalf("the set is a %s", value.Type().FriendlyName())
	}
	return found
}

// encoder is a function of the CLIs that encodes a text.
func encoder(encode func(string) string) function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: "text", Type: cty.String}},
		Type:   function.StaticReturnType(cty.String),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			return cty.StringVal(encode(args[0].AsString())), nil
		},
	})
}

func plain(value cty.Value) any {
	switch kind := value.Type(); {
	case value.IsNull():
		return nil
	case kind == cty.String:
		return value.AsString()
	case kind == cty.Bool:
		return value.True()
	case kind == cty.Number:
		number, _ := value.AsBigFloat().Float64()
		return number
	case kind.IsTupleType():
		list := []any{}
		for _, element := range value.AsValueSlice() {
			list = append(list, plain(element))
		}
		return list
	}
	found := object{}
	for name, element := range value.AsValueMap() {
		found[name] = plain(element)
	}
	return found
}

// Every row has a set in a guide, and every set a row.
func TestCookbookIsWhole(t *testing.T) {
	var names []string
	for _, row := range sandbox.Cookbook() {
		names = append(names, row.Name)
	}
	slices.Sort(names)
	if diff := cmp.Diff(names, slices.Sorted(maps.Keys(clitest.Sets(t)))); diff != "" {
		t.Error(diff)
	}
}

// The worked example ends in a set of the cookbook, whose test covers it.
func TestWorkedExample(t *testing.T) {
	oneLine := func(text string) string { return strings.Join(strings.Fields(text), " ") }
	worked := clitest.Must(os.ReadFile(filepath.Join("..", "..", "templates", "guides", "describe-a-token-endpoint.md")))(t)
	if !strings.Contains(oneLine(string(worked)), oneLine(clitest.Sets(t)["prisma"].Text)) {
		t.Error("the worked example is not the set in the cookbook")
	}
}

// Each set of the guides gets a token from its endpoint, which accepts only the
// documented request.
func TestCookbook(t *testing.T) {
	noEnvironment(t)
	all := clitest.Sets(t)
	k := newKitchen(t, all)
	for _, row := range sandbox.Cookbook() {
		for _, how := range kinds() {
			t.Run(row.Name+"/"+string(how), func(t *testing.T) {
				p := configured(t, k.sets(t, row, nil))
				earlier, began := len(k.Issued(row.Name)), time.Now() // sets that it feeds get its token, too
				got, diags := p.ask(t.Context(), how, all[row.Name].Service, object{"credentials": row.Name})
				if len(diags) > 0 {
					t.Fatal(say(diags))
				}
				issued := k.Issued(row.Name)[earlier:]
				if len(issued) != 1 || text(t, got["access_token"]) != issued[0] {
					t.Fatalf("got %s of %v", got["access_token"], issued)
				}
				k.checkUse(t, row, got, issued[0])
				checkExpiry(t, row, got, began)
			})
		}
	}
}

// checkUse checks the headers that the vendor's API expects.
func (k kitchen) checkUse(t *testing.T, row sandbox.Row, got map[string]tftypes.Value, issued string) {
	t.Helper()
	var elements map[string]tftypes.Value
	clitest.OK(t, got["headers"].As(&elements))
	headers := map[string]string{}
	for name, value := range elements {
		headers[name] = text(t, value)
	}
	if diff := cmp.Diff(k.Headers(row.Name, issued), headers); diff != "" {
		t.Error(diff)
	}
	if name := text(t, got["header_name"]); headers[name] != text(t, got["header_value"]) {
		t.Errorf("header_name and header_value are not of headers: %s", name)
	}
}

func checkExpiry(t *testing.T, row sandbox.Row, got map[string]tftypes.Value, began time.Time) {
	t.Helper()
	if row.Lifetime == 0 {
		if !got["expires_at"].IsNull() || !got["expires_in"].IsNull() {
			t.Errorf("expires_at is %s, and nothing is known of it", got["expires_at"])
		}
		return
	}
	at := clitest.Must(time.Parse(time.RFC3339, text(t, got["expires_at"])))(t)
	early, late := began.Add(row.Lifetime-2*time.Second), time.Now().Add(row.Lifetime+time.Second)
	if at.Before(early) || at.After(late) {
		t.Errorf("it expires at %s, want between %s and %s", at, early, late)
	}
}

// Each credential of a request that is wrong is refused: the rows are strict. A certificate is not looked at here.
func TestCookbookIsStrict(t *testing.T) {
	noEnvironment(t)
	all := clitest.Sets(t)
	other := newKitchen(t, all) // has another key
	k := newKitchen(t, all)
	for _, row := range sandbox.Cookbook() {
		right := requests(k.sets(t, row, nil))
		for _, name := range variables(all[row.Name].Text) {
			if strings.HasSuffix(name, "_pem") {
				continue
			}
			t.Run(row.Name+"/"+name, func(t *testing.T) {
				wrong := k.sets(t, row, map[string]string{name: other.value("wrong_" + name)})
				if cmp.Equal(right, requests(wrong)) {
					return // it is for the API
				}
				earlier := len(k.Issued(row.Name))
				_, diags := configured(t, wrong).ask(t.Context(), dataSource, all[row.Name].Service, object{"credentials": row.Name})
				got := onlyError(t, diags)
				checkSays(t, got.Detail, []string{"HTTP 400", "credential set "})
				if all[row.Name].Service == "custom" && row.After == "" {
					checkSays(t, got.Detail, []string{strconv.Quote(row.Name), "Sent: " + row.Method, "Received: application/json"})
				}
				if len(k.Issued(row.Name)) != earlier {
					t.Error("a token was issued")
				}
			})
		}
	}
}

// requests returns a provider block without what only the API gets to see.
func requests(block object) object {
	found := object{}
	for service, sets := range block {
		for name, of := range sets.(object) { //nolint:forcetypeassert // a block has nothing but sets
			set := maps.Clone(of.(object)) //nolint:forcetypeassert // as above
			delete(set, "headers")
			delete(set, "revoke")
			found[service+"."+name] = set
		}
	}
	return found
}
