package provider_test

import (
	"testing"
)

// A value of the provider block that is not known yet is an error only of references
// that need it. The error names the value.
func TestUnknown(t *testing.T) {
	noEnvironment(t)
	b := newBox(t)
	whole := func(set any) object { return object{"emtech": object{"shop": set}} }
	part := func(name string) object { return whole(b.set("emtech").and(object{name: unknown{}})) }
	cases := []struct {
		name  string
		block object
		says  string
	}{
		{"secret", part("client_secret"), `client_secret of the credential set "shop" of emtech in the provider block cannot be known before apply`},
		{"id", part("client_id"), `client_id of the credential set "shop" of emtech in the provider block`},
		{"URL", part("token_url"), `token_url of the credential set "shop" of emtech in the provider block`},
		{
			"several", whole(object{"client_id": unknown{}, "client_secret": unknown{}}),
			`client_id, client_secret of the credential set "shop" of emtech in the provider block`,
		},
		{"set", whole(unknown{}), `The credential set "shop" of emtech in the provider block cannot be known before apply`},
		{"transport", whole(b.set("emtech")).and(object{"transport": unknown{}}), "transport of the provider block cannot be known before apply"},
		{
			"part of transport", whole(b.set("emtech")).and(object{"transport": object{"timeout": unknown{}, "proxy_url": unknown{}}}),
			"transport.proxy_url, transport.timeout of the provider block",
		},
	}
	for _, c := range cases {
		for _, k := range kinds() {
			for how, inputs := range map[string]object{"named": {"credentials": "shop"}, "not named": nil} {
				t.Run(c.name+"/"+string(k)+"/"+how, func(t *testing.T) {
					p := configured(t, c.block.and(b.sets("epgl")))
					_, diags := p.ask(t.Context(), k, "emtech", inputs)
					got := onlyError(t, diags)
					if got.Summary != "Provider configuration is not known yet" {
						t.Errorf("the summary is %q", got.Summary)
					}
					checkSays(t, got.Detail, []string{c.says, "from a variable", "-target", "open_after", "plantimestamp()", "{uuid}"})
					if _, ofTransport := c.block["transport"]; !ofTransport {
						p.token(k, "epgl", nil)
					}
				})
			}
		}
	}
	if got := b.Requests("emtech"); got != 0 {
		t.Errorf("it was asked %d times", got)
	}
}

// If the names of the sets are not known yet, the error has the name in credentials.
func TestUnknownSets(t *testing.T) {
	noEnvironment(t)
	p := configured(t, object{"emtech": unknown{}})
	for _, k := range kinds() {
		for says, inputs := range map[string]object{
			`The credential set "shop" of emtech in the provider block cannot be known before apply`: {"credentials": "shop"},
			"The credential sets of emtech in the provider block cannot be known before apply":       nil,
		} {
			_, diags := p.ask(t.Context(), k, "emtech", inputs)
			got := onlyError(t, diags)
			if got.Summary != "Provider configuration is not known yet" {
				t.Errorf("the summary is %q", got.Summary)
			}
			checkSays(t, got.Detail, []string{says})
		}
	}
}

func TestUnknownScopes(t *testing.T) {
	noEnvironment(t)
	b := newBox(t)
	for name, scopes := range map[string]any{"all": unknown{}, "one": []any{"category.category_read", unknown{}}} {
		t.Run(name, func(t *testing.T) {
			p := configured(t, object{"emporix": object{"shop": b.set("emporix").and(object{"scopes": scopes})}})
			_, diags := p.ask(t.Context(), dataSource, "emporix", nil)
			checkSays(t, onlyError(t, diags).Detail, []string{`scopes of the credential set "shop" of emporix`})
			// An input in their stead makes them needless.
			p.token(dataSource, "emporix", object{"scopes": []string{"category.category_read"}})
		})
	}
}

// A set that is not used need not be known.
func TestUnknownSetBesideTheOneUsed(t *testing.T) {
	noEnvironment(t)
	b := newBox(t)
	p := configured(t, object{"emtech": object{
		"default": b.set("emtech"),
		"later":   b.set("emtech").and(object{"client_secret": unknown{}}),
	}})
	for _, k := range kinds() {
		p.token(k, "emtech", nil)
		_, diags := p.ask(t.Context(), k, "emtech", object{"credentials": "later"})
		checkSays(t, onlyError(t, diags).Detail, []string{`client_secret of the credential set "later"`})
	}
}
