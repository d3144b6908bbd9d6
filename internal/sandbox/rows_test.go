package sandbox_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/apitoken/terraform-provider-apitoken/internal/sandbox"
)

func send(t *testing.T, method, url string, header map[string]string, body string) int {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range header {
		req.Header.Set(name, value)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	if _, err := io.Copy(io.Discard, resp.Body); err != nil {
		t.Error(err)
	}
	return resp.StatusCode
}

// A row takes the documented request, and nothing that differs from it.
func TestRowsAreStrict(t *testing.T) {
	rows := sandbox.NewRows()
	web := httptest.NewServer(rows)
	defer web.Close()
	const good = `{"secret_id":"SECRET_ID","secret_key":"SECRET_KEY"}`
	body := func(text string) string {
		return strings.NewReplacer("SECRET_ID", sandbox.Value("secret_id"), "SECRET_KEY", sandbox.Value("secret_key")).Replace(text)
	}
	json := map[string]string{"Content-Type": "application/json"}
	const path = "/gocardless/api/v2/token/new/"
	cases := []struct {
		name, method, path string
		header             map[string]string
		body               string
		want               int
	}{
		{"as documented", http.MethodPost, path, json, good, http.StatusOK},
		{"keys in another order", http.MethodPost, path, json, `{"secret_key":"SECRET_KEY", "secret_id":"SECRET_ID"}`, http.StatusOK},
		{"another method", http.MethodPut, path, json, good, http.StatusBadRequest},
		{"without the last slash", http.MethodPost, strings.TrimSuffix(path, "/"), json, good, http.StatusBadRequest},
		{"with a query", http.MethodPost, path + "?a=b", json, good, http.StatusBadRequest},
		{"without a type", http.MethodPost, path, nil, good, http.StatusBadRequest},
		{"another type", http.MethodPost, path, map[string]string{"Content-Type": "text/json"}, good, http.StatusBadRequest},
		{"a header more", http.MethodPost, path, map[string]string{"Content-Type": "application/json", "X-A": "b"}, good, http.StatusBadRequest},
		{"a field more", http.MethodPost, path, json, `{"secret_id":"SECRET_ID","secret_key":"SECRET_KEY","a":1}`, http.StatusBadRequest},
		{"a field less", http.MethodPost, path, json, `{"secret_id":"SECRET_ID"}`, http.StatusBadRequest},
		{"a wrong secret", http.MethodPost, path, json, `{"secret_id":"SECRET_ID","secret_key":"x"}`, http.StatusBadRequest},
		{"no such row", http.MethodPost, "/nobody/token", json, good, http.StatusNotFound},
	}
	issued := 0
	for _, c := range cases {
		if got := send(t, c.method, web.URL+c.path, c.header, body(c.body)); got != c.want {
			t.Errorf("%s: got %d, want %d", c.name, got, c.want)
		}
		if c.want == http.StatusOK {
			issued++
		}
	}
	if got := len(rows.Issued("gocardless")); got != issued {
		t.Errorf("it issued %d tokens, want %d", got, issued)
	}
}
