package service_test

import (
	"strings"
	"testing"
	"unicode"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/service"
)

func TestCheckWord(t *testing.T) {
	cases := map[string]string{ // what the error says; "": none
		"": "", "fake-id": "", "a b": "", "Zoë": "", "日本": "", "می\u200cخواهم": "", "👩\u200d🚀": "", "❤\ufe0f": "",
		"fake\n": "ends with a line break (U+000A). If it comes from a file or a program, put trimspace(…)", "fake\r\n": "trimspace(…) around it",
		"\nfake": "begins with a line break", " fake": "begins with a space", "fake ": "ends with a space", "\tfake": "begins with a tab",
		"fake\u00a0": "ends with a no-break space (U+00A0). If", "fa\u00a0ke": `contains a no-break space (U+00A0). Type the value again, or remove it with replace(…, "\u00a0", "")`,
		"\ufefffake": `begins with a byte order mark (U+FEFF), which trimspace(…) keeps`, "fake\u200b": `replace(…, "\u200b", "")`,
		"fa\nke": "contains a line break", "fa\x00ke": "U+0000", "fa\u009bke": "U+009B", "fa\u202eke": "U+202E", "fa\u2028ke": "U+2028", "fa\u00adke": "U+00AD",
		"fa\u200dke": "U+200D", "fa\u3000ke": "U+3000", "fa\u3164ke": "U+3164", "fa\U000e0041ke": `"\U000e0041"`, " ": "a space", "\ufeff": "byte order mark",
		"fa\ufffdke": "U+FFFD",
	}
	for text, says := range cases {
		err := service.CheckWord(text)
		switch {
		case (err != nil) != (says != ""):
			t.Errorf("%q: error %v", text, err)
		case err != nil && !strings.Contains(err.Error(), says):
			t.Errorf("%q: %q lacks %q", text, err, says)
		case err != nil && strings.Contains(err.Error(), "fa"):
			t.Errorf("%q is repeated in %q", text, err)
		}
	}
}

func TestTrimmed(t *testing.T) {
	for text, want := range map[string]string{
		"fake": "fake", "fake\r\n": "fake", "\ufefffake\n": "fake", "\u200b fake \u00a0": "fake", "a b": "a b", "\n": "", "❤\ufe0f": "❤\ufe0f", "a\u200bb": "a\u200bb",
	} {
		if got := service.Trimmed(text); got != want {
			t.Errorf("%q: got %q", text, got)
		}
	}
}

// An accepted text has no invisible characters, except those that join letters beyond
// ASCII, and Trimmed leaves it unchanged.
func FuzzCheckWord(f *testing.F) {
	for _, text := range []string{"fake", "fake\n", "\ufefffake", "fa\u200dke", "é\u200dé", "a\u3000b", "\xff", "👩\u200d🚀"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		err := service.CheckWord(text)
		if err != nil {
			if problem := err.Error(); strings.ContainsFunc(problem, func(r rune) bool { return !unicode.IsPrint(r) }) || len(problem) > 200 {
				t.Errorf("%q: %q", text, problem)
			}
			return
		}
		if text != strings.TrimSpace(text) || strings.ContainsAny(text, "\u200b\ufeff\u00a0") || strings.ContainsFunc(text, unicode.IsControl) {
			t.Errorf("%q is accepted", text)
		}
		if service.Trimmed(text) != text {
			t.Errorf("%q becomes %q", text, service.Trimmed(text))
		}
	})
}

func TestBrief(t *testing.T) {
	for name, want := range map[string]string{
		"shop": `"shop"`, "a\nb": `"a\nb"`, "\u202e": `"\u202e"`, strings.Repeat("n", 200): `"` + strings.Repeat("n", 100) + `…"`,
		strings.Repeat("é", 80): `"` + strings.Repeat("é", 50) + `…"`, "a" + strings.Repeat("é", 80): `"a` + strings.Repeat("é", 49) + `…"`,
	} {
		if got := service.Brief(name); got != want {
			t.Errorf("%q: got %s", name, got)
		}
	}
}

// A null entry is left out, and an empty one is sent empty.
func TestNullAndEmptyEntries(t *testing.T) {
	entries := textMap("x-a", "fake", "x-empty", "")
	elements := entries.Elements()
	elements["x-null"] = types.StringNull()
	entries = types.MapValueMust(types.StringType, elements)
	request := attributes{"url": types.StringValue("https://auth.example.com"), "headers": entries, "query": entries, "form": entries}
	custom := exchange(t, "custom", attributes{"request": group(t, request), "response": group(t, standard())}, nil).Request
	oauth2 := exchange(t, "oauth2", plainSet().and(attributes{"params": entries, "request_headers": entries}), nil).Request
	form := func(f map[string][]string) bool {
		_, null := f["x-null"]
		return !null && len(f["x-empty"]) == 1 && f["x-empty"][0] == ""
	}
	for name, got := range map[string]map[string][]string{
		"headers": single(custom.Headers), "query": single(custom.Query), "form": revealed(custom.Form),
		"params": revealed(oauth2.Form), "request_headers": single(oauth2.Headers),
	} {
		if !form(got) || got["x-a"][0] != "fake" {
			t.Errorf("%s: got %q", name, got)
		}
	}
}

// An entry of params replaces all parameters of its name.
func TestParamsOverride(t *testing.T) {
	set := plainSet().and(attributes{
		"params":    textMap("resource", "urn:b", "audience", "", "scope", ""),
		"resources": list("urn:a"), "audience": types.StringValue("fake"), "scopes": scopes("read"),
	})
	x := exchange(t, "oauth2", set, nil)
	got := revealed(x.Request.Form)
	for name, want := range map[string]string{"resource": "urn:b", "audience": "", "scope": ""} {
		if len(got[name]) != 1 || got[name][0] != want {
			t.Errorf("%s: got %q, want %q", name, got[name], want)
		}
	}
	if x.Response.FieldDefaults["scope"] != "" {
		t.Errorf("the scope is taken to be %q", x.Response.FieldDefaults["scope"])
	}
}

func single(values map[string]said.Secret) map[string][]string {
	found := map[string][]string{}
	for name, value := range values {
		found[name] = []string{value.Reveal()}
	}
	return found
}
