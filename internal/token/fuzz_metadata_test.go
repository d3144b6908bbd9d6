package token

import (
	"net/http"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// grammar writes metadata as bytes choose, so that most of what is tried is JSON
// with the names that matter.
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

// FuzzMetadataGrammar reads metadata of every shape. What is accepted is the
// issuer's own and has plain endpoints, and what is not is told on one short line.
func FuzzMetadataGrammar(f *testing.F) {
	f.Add([]byte{0, 0, 0, 0, 0, 1, 0, 2, 3})
	f.Add([]byte("\x00\x00\x00\x00\x00\x01\x00\x02\x00\x03\x03\x01\x00\x01\x03"))
	f.Add([]byte("iTiTiTiTiTiTiTiTiTiTiTiTiTiT"))
	f.Fuzz(func(t *testing.T, choices []byte) {
		g := &grammar{choices: choices}
		g.object(0)
		x := testExchange("https://as.example.com")
		x.Issuer = "https://as.example.com"
		found, e := x.readMetadata(newAnswer(http.StatusOK, nil, []byte(g.out.String()), time.Unix(1_700_000_000, 0)))
		if e == nil {
			if !found.issuer.Is(x.Issuer) || found.token.IsEmpty() {
				t.Errorf("accepted: %s", g.out.String())
			}
			checkResolved(t, x, found)
			return
		}
		if text := e.Problem; utf8.RuneCountInString(text) > 500 || !utf8.ValidString(text) || strings.ContainsAny(text, "\r\n\x00\x1b\u009b\u202e") {
			t.Errorf("problem: %q", text)
		}
	})
}
