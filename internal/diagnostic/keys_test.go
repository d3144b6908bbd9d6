package diagnostic

import (
	"net/http"
	"strings"
	"testing"

	"github.com/apitoken/terraform-provider-apitoken/internal/answer"
	"github.com/apitoken/terraform-provider-apitoken/internal/token"
)

// A key may be a token, as may a whole text that looks like a form. Names of headers and cookies are keys too.
func TestKeysThatLookSecret(t *testing.T) {
	const random = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
	header := http.Header{"Content-Type": {"text/plain"}, "X-9f86d081884c7d659a2feaa0": {"1"}, "Set-Cookie": {"S9f86d081884c7d659a2feaa0c55ad015=1"}}
	for body, path := range map[string]string{
		`{"` + random + `":{"user":"joe"}}`:                                "token",
		`{"4d856d1f-8648-456c-9bb2-f36273bbe4e3":{"user":"joe"}}`:          "token",
		`{"data":{"` + random + `":1}}`:                                    "data.token",
		`{"data":{"ghp_fake0123456789fake0123":1}}`:                        "data.token",
		"QUJDREVGR0hJSktMTU5PUFE=":                                         "token",
		`{"9f86d081884c7d659a2feaa0":1,"S9f86d081884c7d659a2feaa0c5":"a"}`: "header:X-Token",
		`{"9f86d081884c7d659a2feaa0":2,"S9f86d081884c7d659a2feaa0c5":"a"}`: "cookie:token",
	} {
		_, err := readFixed(t, token.Response{Token: answer.MustPath(path)}, header, body)
		text := wantError(t, err, token.KindAnswer).Error()
		for _, part := range []string{random[:12], "9f86d", "f36273", "ghp_", "QUJD"} {
			if strings.Contains(text, part) {
				t.Errorf("%s: %s", body, text)
			}
		}
	}
}
