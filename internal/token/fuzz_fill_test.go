package token

import (
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/apitoken/terraform-provider-apitoken/internal/answer"
	"github.com/apitoken/terraform-provider-apitoken/internal/said"
)

// FuzzFillHeader fills what an answer holds into a header of the API.
func FuzzFillHeader(f *testing.F) {
	f.Add("Bearer {token}", "tok-1", "eu")
	f.Add("{shop}:{token}", "{shop}", "{token}")
	f.Add("{token}{none}{", "a\r\nX-Evil: 1", "\x7f")
	f.Fuzz(func(t *testing.T, value, accessToken, shop string) {
		issued := &Token{AccessToken: said.NewSecret(accessToken), Outputs: map[string]said.Secret{"shop": said.NewSecret(shop)}}
		a := &Answer{Exchange: &Exchange{Response: Response{Outputs: map[string]Path{"shop": answer.MustPath("shop")}}}}
		filled, err := a.fill(issued, "X-Token", value)
		if err != nil {
			return
		}
		if !isHeaderText(filled) {
			t.Errorf("the header is %q", filled)
		}
		// What is filled in is not looked into again.
		parts := strings.Split(value, "{token}")
		for i, part := range parts {
			parts[i] = strings.ReplaceAll(part, "{shop}", shop)
		}
		if want := strings.Join(parts, accessToken); filled != want {
			t.Errorf("the header is %q, want %q", filled, want)
		}
	})
}

// FuzzFillRequest fills what an answer holds into a request that revokes: it
// stays the request to the same endpoint, with the same fields.
func FuzzFillRequest(f *testing.F) {
	f.Add("tok-1")
	f.Add(`","admin":true,"x":"`)
	f.Add("../../admin?x=1&y=2#z")
	f.Add("@evil.example.com/ \r\n\x00\xff{token}")
	f.Fuzz(func(t *testing.T, accessToken string) {
		r := Request{
			Template: true,
			URL:      "https://auth.example.com/v1/tokens/{token}/end?token={token}&keep=1",
			Body:     said.NewSecret(`{"token":"{token}","keep":1}`), ContentType: ContentTypeJSON,
			Form: NewForm(map[string]string{"token": "{token}"}),
		}
		filled := r.fill(map[string]said.Secret{"token": said.NewSecret(accessToken)})
		checkFilledURL(t, filled.URL, accessToken)
		if got := filled.Form["token"]; len(filled.Form) != 1 || len(got) != 1 || got[0].Reveal() != accessToken {
			t.Errorf("the form is %q", filled.Form.encode())
		}
		var body map[string]any
		if err := json.Unmarshal([]byte(filled.Body.Reveal()), &body); err != nil || len(body) != 2 {
			t.Fatalf("the body is %q", filled.Body.Reveal())
		}
		if utf8.ValidString(accessToken) && body["token"] != accessToken {
			t.Errorf("the body holds %q", body["token"])
		}
	})
}

func checkFilledURL(t *testing.T, filled, accessToken string) {
	t.Helper()
	u, err := url.Parse(filled)
	if err != nil || u.Host != "auth.example.com" || u.User != nil || u.Fragment != "" {
		t.Fatalf("the URL is %q", filled)
	}
	if segments := strings.Split(u.EscapedPath(), "/"); len(segments) != 5 || segments[1] != "v1" || segments[4] != "end" {
		t.Errorf("the path is %q", u.EscapedPath())
	}
	if query := u.Query(); len(query) != 2 || !slices.Equal(query["token"], []string{accessToken}) || query.Get("keep") != "1" {
		t.Errorf("the query is %q", u.RawQuery)
	}
}
