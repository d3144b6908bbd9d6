package tokentest

import "strings"

// Metadata returns what an issuer may answer with, as bytes choose, so that most of
// what is tried is JSON with the names that matter.
func Metadata(choices []byte) string {
	g := &grammar{choices: choices}
	g.object(0)
	return g.out.String()
}

type grammar struct {
	choices []byte
	out     strings.Builder
}

// choose returns one of the texts.
func (g *grammar) choose(texts ...string) string {
	if len(g.choices) == 0 {
		return texts[0]
	}
	chosen := texts[int(g.choices[0])%len(texts)]
	g.choices = g.choices[1:]
	return chosen
}

func (g *grammar) object(depth int) {
	g.out.WriteString("{")
	for i := 0; i < 12 && len(g.choices) > 0; i++ {
		if i > 0 {
			g.out.WriteString(g.choose(",", ", ", " ,\n"))
		}
		g.out.WriteString(`"` + g.choose("issuer", "token_endpoint", "revocation_endpoint", "mtls_endpoint_aliases", "Issuer", "ISSUER",
			"Token_Endpoint", "token\u005fendpoint", "x", "", "jwks_uri", "i\u017f\u017fuer") + `":`)
		g.value(depth)
		if g.choose("more", "more", "more", "end") == "end" {
			break
		}
	}
	g.out.WriteString(g.choose("}", "}", "}", "}", "}", "", "}}", ",}"))
}

func (g *grammar) value(depth int) {
	switch kind := g.choose("text", "text", "text", "object", "other", "list"); {
	case kind == "object" && depth < 4:
		g.object(depth + 1)
	case kind == "list" && depth < 4:
		g.out.WriteString("[")
		g.value(depth + 1)
		g.out.WriteString("]")
	case kind == "text":
		g.out.WriteString(`"` + g.choose("https://as.example.com", "https://as.example.com/token", "/token", "//evil.example.com", "token", "",
			"https://as.example.com/", "http://as.example.com", "HTTPS://as.example.com/\\u002e", "https://\\u009b.example.com", "https://a\u202eb/",
			"https://"+strings.Repeat("a", 300), "https://u:p@a/", "https://a/#", "https://{tenantid}/", "\\ud800", "https://a%0d%0ab/", "http://127.0.0.1:1/") + `"`)
	default:
		g.out.WriteString(g.choose("null", "1", "true", "-0", "1e999", "{}", "[]", "nul"))
	}
}
