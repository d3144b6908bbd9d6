package served

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
)

// Reported says what a request was and what became of it, before the response
// goes out.
func Reported(event string, say Say, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := r.ParseForm(); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		// fosite takes what it has read out of the form.
		told := Message{Event: event, Client: clientOf(r), Form: flat(r.PostForm)}
		recorder := httptest.NewRecorder()
		next.ServeHTTP(recorder, r.WithContext(context.WithoutCancel(r.Context())))
		told.Status = recorder.Code
		if event == "token" {
			if err := json.Unmarshal(recorder.Body.Bytes(), &told.Answer); err != nil {
				told.Answer = map[string]any{"error": "the response is no JSON"}
			}
		}
		if err := say(told); err != nil {
			panic(http.ErrAbortHandler)
		}
		maps.Copy(w.Header(), recorder.Header())
		w.WriteHeader(recorder.Code)
		if _, err := recorder.Body.WriteTo(w); err != nil {
			panic(http.ErrAbortHandler)
		}
	})
}

// clientOf returns who asks, before it is known whether that is so.
func clientOf(r *http.Request) string {
	if id, _, ok := r.BasicAuth(); ok {
		if plain, err := url.QueryUnescape(id); err == nil {
			return plain
		}
	}
	if id := r.PostForm.Get("client_id"); id != "" {
		return id
	}
	for _, name := range []string{"client_assertion", "assertion"} {
		if id := issuerOf(r.PostForm.Get(name)); id != "" {
			return id
		}
	}
	return ""
}

// issuerOf returns who says to have signed the JWT.
func issuerOf(assertion string) string {
	parts := strings.Split(assertion, ".")
	if len(parts) != 3 {
		return ""
	}
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		return ""
	}
	var claims struct {
		Issuer string `json:"iss"`
	}
	if json.Unmarshal(payload, &claims) != nil {
		return ""
	}
	return claims.Issuer
}

func flat(form map[string][]string) map[string]any {
	single := make(map[string]any, len(form))
	for name, values := range form {
		single[name] = values[0]
	}
	return single
}
