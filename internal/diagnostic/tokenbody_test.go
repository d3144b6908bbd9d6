package diagnostic

import (
	"net/http"
	"strings"
	"testing"

	"github.com/apitoken/terraform-provider-apitoken/internal/answer"
	"github.com/apitoken/terraform-provider-apitoken/internal/token"
)

// A body that is to be a token and is cut, broken or markup is no token, whatever
// its type says; and a text of any type is one, if it is a single word.
func TestTokenBodyThatIsNoToken(t *testing.T) {
	t.Parallel()
	const broken, page, markup, within = "is broken JSON", "is an HTML page", "is XML", "is a JSON string with JSON in it"
	for body, says := range map[string]string{
		`{"access_token":"fake-1`:                             broken,
		`"fake-token-1`:                                       broken,
		`["fake-token-1"`:                                     broken,
		`{"access_token":"fake-1"}{"x":1}`:                    broken,
		`"fake-token-1" "fake-token-2"`:                       broken,
		`{"access_token": fake-1}`:                            broken,
		`)]}' {"access_token":`:                               broken,
		strings.Repeat("[", 600) + strings.Repeat("]", 600):   broken,
		`"{\"access_token\":\"fake-1"`:                        within,
		`"[\"fake-token-1\"]"`:                                within,
		`"<error>bad credentials</error>"`:                    markup,
		`<?xml version="1.0"?><error>bad credentials</error>`: markup,
		`<soap:Envelope><soap:Fault/></soap:Envelope>`:        markup,
		`<!DOCTYPE html><html><p>log in</p></html>`:           page,
		"true":  "is a boolean",
		"false": "is a boolean",
	} {
		for _, contentType := range []string{"", "text/plain", "application/octet-stream", token.ContentTypeJSON, "application/xml"} {
			_, err := readFixed(t, token.Response{Token: answer.MustPath("body:")}, http.Header{"Content-Type": {contentType}}, body)
			if e := wantError(t, err, token.KindAnswer); !strings.Contains(e.Problem, says) {
				t.Errorf("%s as %q: %q is missing in %q", body, contentType, says, e.Problem)
			}
		}
	}
	for contentType, says := range map[string]string{
		"text/html; charset=utf-8": page, token.ContentTypeJSON: broken, "application/problem+json": broken, "application/xml": "is broken XML",
	} {
		for _, body := range []string{`Please <a href="/login">log in</a>`, "login failed"} {
			_, err := readFixed(t, token.Response{Token: answer.MustPath("body:")}, http.Header{"Content-Type": {contentType}}, body)
			if e := wantError(t, err, token.KindAnswer); !strings.Contains(e.Problem, says) {
				t.Errorf("%s as %q: %q is missing in %q", body, contentType, says, e.Problem)
			}
		}
		for _, body := range []string{"fake-token-1", "eyJhbGciOiJub25lIn0.e30.fake", "a=b&c=d]"} {
			issued, err := readFixed(t, token.Response{Token: answer.MustPath("body:")}, http.Header{"Content-Type": {contentType}}, body)
			if err != nil || issued.AccessToken.Reveal() != body {
				t.Errorf("%s as %q: %v", body, contentType, err)
			}
		}
	}
}
