package diagnostic

import (
	"errors"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/apitoken/terraform-provider-apitoken/internal/answer"
	"github.com/apitoken/terraform-provider-apitoken/internal/token"
)

// longestMessage is how much a vendor may say, in characters.
const longestMessage = 1000

func FuzzReadAnswer(f *testing.F) {
	for _, body := range []string{
		goodAnswer, "", "null", `""`, `"bare"`, "<html>", `{"access_token":"a","expires_in":"1e9"}`,
		`{"error":"invalid_client","error_description":"x"}`, `{"error":{"code":"E7","message":"nope"}}`,
		`{"errors":[{"message":"first"}]}`, `{"access_token":"a\r\nb"}`, `{"access_token":"a.b.c","expires_in":-1}`,
		`{"access_token":"e30.eyJleHAiOjF9.x"}`, strings.Repeat("[", 20_000), `"the-token-as-a-bare-string"`,
		`{"access_token":"the-token-and-no-time","expires_in":[],"message":"the-token-and-no-time"}`,
		`{"error_description":"bad s3cr3t/+\"&=:%ü and s3cr3t%2F%2B%22%26%3D%3A%25%C3%BC and czNjcjN0LysiJj06JcO8"}`,
	} {
		f.Add(200, "application/json", "", body)
		f.Add(401, "text/html", "120", body)
	}
	f.Fuzz(func(t *testing.T, status int, contentType, retryAfter, body string) {
		header := http.Header{"Content-Type": {contentType}, "Retry-After": {retryAfter}}
		x := testExchange("https://auth.example.com")
		a := newAnswer(x, status, header, []byte(body), time.Unix(1_700_000_000, 0))
		got, err := read(x, a)
		if err == nil {
			value := got.Headers["Authorization"].Reveal()
			if got.AccessToken.IsEmpty() || strings.ContainsAny(value, "\r\n\x00") {
				t.Errorf("token %q", value)
			}
			return
		}
		var e *told
		if !errors.As(err, &e) {
			t.Fatalf("error is %T", err)
		}
		_ = wantError(t, err, e.Kind)
		if utf8.RuneCountInString(string(e.VendorMessage)) > longestMessage || strings.ContainsAny(string(e.VendorMessage), "\r\n") {
			t.Errorf("message %q", e.VendorMessage)
		}
		for _, text := range tokensIn(a) {
			if tells(e.Error(), text) {
				t.Errorf("the error tells the token %q: %v", text, e)
			}
		}
	})
}

// tells reports whether an error has a token in it. A token without digits may be
// words: it counts where it is no part of a longer word.
func tells(message, text string) bool {
	if strings.ContainsFunc(text, unicode.IsDigit) {
		return strings.Contains(message, text)
	}
	return regexp.MustCompile(`(^|[^\pL\pN_-])` + regexp.QuoteMeta(text) + `($|[^\pL\pN_-])`).MatchString(message)
}

// tokensIn returns what may be a token in an answer: what stands where it is to
// stand, and a bare string that is the whole of a success.
func tokensIn(a *token.Answer) []string {
	const shortest = 12 // a shorter one may stand in a message by chance
	var found []string
	found = append(found, a.At(answer.MustPath("access_token")).Token().Reveal())
	if a.IsSuccess() {
		found = append(found, a.At(answer.MustPath("@")).Token().Reveal())
	}
	said := "access_token Authorization" // by messages, for reasons of their own
	return slices.DeleteFunc(found, func(text string) bool {
		return len(text) < shortest || strings.ContainsAny(text, " .\"") || strings.Contains(said, text)
	})
}
