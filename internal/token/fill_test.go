package token

import (
	"testing"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
)

// A value in a JSON body is escaped, whatever the type of the body is called.
func TestFilledBody(t *testing.T) {
	t.Parallel()
	const raw, escaped = `p"w\`, `p\"w\\`
	for name, c := range map[string]struct {
		request Request
		want    string
	}{
		"JSON":                     {Request{BodyIsJSON: true, ContentType: ContentTypeJSON}, escaped},
		"JSON of another type":     {Request{BodyIsJSON: true, ContentType: "text/plain"}, escaped},
		"JSON, type in a header":   {Request{BodyIsJSON: true, Headers: secretMap(map[string]string{"Content-Type": "text/plain"})}, escaped},
		"a type of JSON":           {Request{ContentType: "application/json; charset=utf-8"}, escaped},
		"a type with json":         {Request{ContentType: "application/vnd.acme+json"}, escaped},
		"the type of JSON-RPC":     {Request{ContentType: "Application/JSON-RPC"}, escaped},
		"a type of JSON in header": {Request{Headers: secretMap(map[string]string{"content-type": "application/json"})}, escaped},
		"no type":                  {Request{}, raw},
		"a form":                   {Request{ContentType: "application/x-www-form-urlencoded"}, raw},
		"XML":                      {Request{Headers: secretMap(map[string]string{"Content-Type": "text/xml"})}, raw},
	} {
		r := c.request
		r.Template, r.Body = true, said.NewSecret("{pw}")
		filled := r.fill(map[string]said.Secret{"pw": said.NewSecret(raw)})
		if got := filled.Body.Reveal(); got != c.want {
			t.Errorf("%s: the body is %s, want %s", name, got, c.want)
		}
	}
}
