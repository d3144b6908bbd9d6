package provider_test

import (
	"fmt"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
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

// guide returns the guide to custom.
func guide(t *testing.T) string {
	t.Helper()
	text := clitest.Must(os.ReadFile(filepath.Join("..", "..", "templates", "guides", "describe-a-token-endpoint.md")))(t)
	return string(text)
}

// cookbook returns the sets in the guide by their row: the tests run what the guide
// shows.
func cookbook(t *testing.T) map[string]string {
	t.Helper()
	found := map[string]string{}
	marked := regexp.MustCompile("(?s)<!-- row: ([a-z0-9_]+) -->\n```hcl\n(.*?)```")
	for _, match := range marked.FindAllStringSubmatch(guide(t), -1) {
		found[match[1]] = match[2]
	}
	return found
}

// kitchen serves the cookbook.
type kitchen struct {
	*sandbox.Server
	url string
}

func newKitchen(t *testing.T) kitchen {
	t.Helper()
	server := sandbox.New()
	return kitchen{server, newWeb(t, server).URL}
}

// at returns a set of the guide that points to the sandbox.
func (k kitchen) at(row sandbox.Row, set string) string {
	return strings.ReplaceAll(set, row.Origin+"/", k.url+row.Base+"/")
}

func (k kitchen) value(variable string) string {
	if variable == "private_key" {
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

// evaluate returns the value of a set in HCL.
func (k kitchen) evaluate(t *testing.T, row sandbox.Row, set string) object {
	t.Helper()
	file, diags := hclsyntax.ParseConfig([]byte(k.at(row, set)), row.Name, hclv2.InitialPos)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	attributes, diags := file.Body.JustAttributes()
	if diags.HasErrors() || len(attributes) != 1 || attributes[row.Name] == nil {
		t.Fatalf("the set is not one attribute %s: %v", row.Name, diags)
	}
	values := map[string]cty.Value{}
	for _, name := range variables(set) {
		values[name] = cty.StringVal(k.value(name))
	}
	value, diags := attributes[row.Name].Expr.Value(&hclv2.EvalContext{
		Variables: map[string]cty.Value{"var": cty.ObjectVal(values)},
		Functions: map[string]function.Function{"jsonencode": stdlib.JSONEncodeFunc, "urlencode": urlencode()},
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

// urlencode is the CLIs' function of that name.
func urlencode() function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: "text", Type: cty.String}},
		Type:   function.StaticReturnType(cty.String),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			return cty.StringVal(url.QueryEscape(args[0].AsString())), nil
		},
	})
}

func plain(value cty.Value) any {
	switch {
	case value.Type() == cty.String:
		return value.AsString()
	case value.Type() == cty.Bool:
		return value.True()
	}
	found := object{}
	for name, element := range value.AsValueMap() {
		found[name] = plain(element)
	}
	return found
}

// Every row has a set in the guide, and every set a row.
func TestCookbookIsWhole(t *testing.T) {
	var names []string
	for _, row := range sandbox.Cookbook() {
		names = append(names, row.Name)
	}
	slices.Sort(names)
	if diff := cmp.Diff(names, slices.Sorted(maps.Keys(cookbook(t)))); diff != "" {
		t.Error(diff)
	}
}

// The worked example ends in a set of the cookbook, whose test covers it.
func TestWorkedExample(t *testing.T) {
	oneLine := func(text string) string { return strings.Join(strings.Fields(text), " ") }
	worked, _, found := strings.Cut(guide(t), "## Cookbook")
	if !found || !strings.Contains(oneLine(worked), oneLine(cookbook(t)["prisma"])) {
		t.Error("the worked example is not the set in the cookbook")
	}
}

// Each set of the guide gets a token from its endpoint, which accepts only the
// documented request.
func TestCookbook(t *testing.T) {
	noEnvironment(t)
	sets := cookbook(t)
	for _, row := range sandbox.Cookbook() {
		for _, how := range kinds() {
			t.Run(row.Name+"/"+string(how), func(t *testing.T) {
				k := newKitchen(t)
				p := configured(t, object{"custom": object{row.Name: k.evaluate(t, row, sets[row.Name])}})
				began := time.Now()
				got, diags := p.ask(t.Context(), how, "custom", nil)
				if len(diags) > 0 {
					t.Fatal(say(diags))
				}
				issued := k.Issued(row.Name)
				if len(issued) != 1 || text(t, got["access_token"]) != issued[0] {
					t.Fatalf("got %s of %v", got["access_token"], issued)
				}
				checkUse(t, row, got, issued[0])
				checkExpiry(t, row, got, began)
			})
		}
	}
}

// checkUse checks the headers that the vendor's API expects.
func checkUse(t *testing.T, row sandbox.Row, got map[string]tftypes.Value, issued string) {
	t.Helper()
	var elements map[string]tftypes.Value
	clitest.OK(t, got["headers"].As(&elements))
	headers, want := map[string]string{}, map[string]string{}
	for name, value := range elements {
		headers[name] = text(t, value)
	}
	for name, value := range row.Use {
		want[name] = strings.ReplaceAll(value, "TOKEN", issued)
	}
	if diff := cmp.Diff(want, headers); diff != "" {
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

// A wrong credential is refused by every row that has one: the rows are strict.
func TestCookbookIsStrict(t *testing.T) {
	noEnvironment(t)
	sets := cookbook(t)
	for _, row := range sandbox.Cookbook() {
		names := variables(sets[row.Name])
		if len(names) == 0 || row.Signed {
			continue
		}
		t.Run(row.Name, func(t *testing.T) {
			k := newKitchen(t)
			wrong := strings.ReplaceAll(sets[row.Name], "var."+names[0], `"fake-wrong"`)
			p := configured(t, object{"custom": object{row.Name: k.evaluate(t, row, strings.ReplaceAll(wrong, `${"fake-wrong"}`, "fake-wrong"))}})
			_, diags := p.ask(t.Context(), dataSource, "custom", nil)
			got := onlyError(t, diags)
			checkSays(t, got.Detail, []string{"HTTP 400", fmt.Sprintf("credential set %q", row.Name), "Sent: " + row.Method, "Received: application/json"})
			if len(k.Issued(row.Name)) != 0 {
				t.Error("a token was issued")
			}
		})
	}
}
