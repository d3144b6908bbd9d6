package sandbox

import (
	"cmp"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/xml"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// extra returns the further value that goes with a token.
func extra(token string) string {
	sum := sha256.Sum256([]byte(token))
	return "fake-extra-" + hex.EncodeToString(sum[:8])
}

// fillInner returns the request with the placeholders for the token of the row After.
func (row Row) fillInner(inner string) Row {
	return row.filled("INNEREXTRA", extra(inner), "INNER", inner)
}

// ending returns the request that revokes a token.
func (row Row) ending(token, inner string) Row {
	end := row.Revocation.filled("INNEREXTRA", extra(inner), "INNER", inner, "EXTRA", extra(token), "TOKEN", token)
	end.Base = row.Base
	return end
}

// filled returns the request with values in the place of placeholders, in turn, which are
// escaped as their places require.
func (row Row) filled(pairs ...string) Row {
	plain := strings.NewReplacer(pairs...)
	text := plain.Replace
	fill := func(escape func(string) string) func(string) string {
		escaped := slices.Clone(pairs)
		for i := 1; i < len(escaped); i += 2 {
			escaped[i] = escape(escaped[i])
		}
		return strings.NewReplacer(escaped...).Replace
	}
	row.Path = fill(url.PathEscape)(row.Path)
	row.Body = fill(escapes(row.Type))(row.Body)
	row.Basic = text(row.Basic)
	row.Header, row.Query = fillHeaders(row.Header, plain), each(row.Query, text)
	if row.HMAC != nil {
		signature := *row.HMAC
		signature.Key, signature.Message = text(signature.Key), text(signature.Message)
		row.HMAC = &signature
	}
	return row
}

// escapes returns how a value is written in a body of the media type.
func escapes(kind string) func(string) string {
	switch {
	case kind == typeForm:
		return url.QueryEscape
	case kind == typeJSON:
		return inJSON
	case strings.HasSuffix(kind, "xml"):
		return inXML
	}
	return func(value string) string { return value }
}

// inXML returns a text as it is written in an element.
func inXML(text string) string {
	var written strings.Builder
	if err := xml.EscapeText(&written, []byte(text)); err != nil {
		panic(err) // a Builder takes everything
	}
	return written.String()
}

func each(values map[string]string, change func(string) string) map[string]string {
	changed := maps.Clone(values)
	for name, value := range changed {
		changed[name] = change(value)
	}
	return changed
}

// answer returns the documented answer with a token and its facts.
func (row Row) answer(t issued) answer {
	text := row.Answer
	if t.scope == "" {
		text = strings.ReplaceAll(text, `,"scope":"SCOPE"`, "")
	}
	kind, _, _ := strings.Cut(cmp.Or(row.Answered["Content-Type"], typeJSON), ";")
	plain := row.fill(t, t.token)
	a := answer{
		status: cmp.Or(row.Status, http.StatusOK), header: each(row.Answered, plain.Replace),
		body: []byte(row.fill(t, escapes(kind)(t.token)).Replace(text)),
	}
	for _, line := range row.Cookies {
		cookie, attributes, has := strings.Cut(line, ";")
		cookie = fillCookies(cookie, plain)
		if has {
			cookie += ";" + attributes
		}
		a.cookies = append(a.cookies, cookie)
	}
	return a
}

// fill returns the values of the placeholders. If two begin alike, the longer one is first.
func (row Row) fill(t issued, token string) *strings.Replacer {
	number := func(n int64) string { return strconv.FormatInt(n, 10) }
	return strings.NewReplacer(
		"TOKEN", token, "EXTRA", extra(t.token), "TYPE", row.TokenType, "SCOPE", t.scope,
		"MILLISECONDS", number(t.lifetime.Milliseconds()), "SECONDS", number(int64(t.lifetime/time.Second)),
		"UNIX", number(t.end.Unix()), "MILLIS", number(t.end.UnixMilli()), "RFC3339", t.end.UTC().Format(time.RFC3339),
	)
}

// headers returns the headers that the API expects with an issued token.
func (e *endpoint) headers(token string) map[string]string {
	e.mu.RLock()
	defer e.mu.RUnlock()
	return e.use(token, e.live[token].inner)
}

// use returns the headers that the API expects with a token, whose request had inner.
func (row Row) use(token, inner string) map[string]string {
	fill := strings.NewReplacer("INNEREXTRA", extra(inner), "INNER", inner, "EXTRA", extra(token), "TOKEN", token)
	headers := fillHeaders(row.Use, fill)
	if row.UseBasic != "" {
		headers["Authorization"] = "Basic " + base64.StdEncoding.EncodeToString([]byte(fill.Replace(row.UseBasic)))
	}
	return headers
}

// fillHeaders fills the values of headers; never nil.
func fillHeaders(headers map[string]string, fill *strings.Replacer) map[string]string {
	filled := map[string]string{}
	for name, value := range headers {
		filled[name] = fill.Replace(value)
		if name == "Cookie" {
			filled[name] = fillCookies(value, fill)
		}
	}
	return filled
}

// fillCookies fills the values of cookies, such as "A=TOKEN; B=EXTRA", and not their names.
func fillCookies(cookies string, fill *strings.Replacer) string {
	var filled []string
	for cookie := range strings.SplitSeq(cookies, "; ") {
		name, value, _ := strings.Cut(cookie, "=")
		filled = append(filled, name+"="+fill.Replace(value))
	}
	return strings.Join(filled, "; ")
}

// valid returns the tokens that are valid. If the documents name no lifetime, they are valid
// as long as the server runs.
func (e *endpoint) valid(now time.Time) []string {
	e.mu.RLock()
	defer e.mu.RUnlock()
	var tokens []string
	for _, token := range e.issued {
		if known := e.live[token]; !known.ended && (e.Lifetime == 0 || now.Before(known.end)) {
			tokens = append(tokens, token)
		}
	}
	return tokens
}

// end ends a token.
func (e *endpoint) end(token string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	known := e.live[token]
	known.ended = true
	e.live[token] = known
}

// opens reports whether the headers have a valid token.
func (e *endpoint) opens(header http.Header, now time.Time) bool {
	return slices.ContainsFunc(e.valid(now), func(token string) bool {
		for name, want := range e.headers(token) {
			if got := header.Values(name); len(got) != 1 || got[0] != want {
				return false
			}
		}
		return true
	})
}

// match compares a request with the documented one. If that needs the token of another row,
// match returns which one it has: the newest, if the request shows none and only the API needs both.
func (s *Server) match(e *endpoint, r *http.Request, body string) (inner string, k claim, why *refusal) {
	if e.After == "" {
		k, why = s.accept(e.Row, r, body)
		return "", k, why
	}
	for _, inner = range slices.Backward(s.endpoint(e.After).valid(s.now())) {
		if k, why = s.accept(e.fillInner(inner), r, body); why == nil {
			return inner, k, nil
		}
	}
	k, why = s.accept(e.fillInner("none-of-those-issued"), r, body)
	return "", k, cmp.Or(why, badRequest("No token of the first request is in this one."))
}

// accept returns what a request claims, or how it differs from the documented one.
func (s *Server) accept(row Row, r *http.Request, body string) (claim, *refusal) {
	k, why := row.accept(r, body)
	if why == nil {
		why = s.prove(row, k.proofs)
	}
	return k, why
}

// revokes revokes the token that a request names, and reports whether it is a revocation.
func (s *Server) revokes(e *endpoint, r *http.Request, body string) bool {
	if e.Revocation == nil {
		return false
	}
	for _, token := range e.valid(s.now()) {
		e.mu.RLock()
		inner := e.live[token].inner
		e.mu.RUnlock()
		if _, why := s.accept(e.ending(token, inner), r, body); why == nil {
			e.end(token)
			e.mu.Lock()
			e.revoked = append(e.revoked, token)
			e.mu.Unlock()
			return true
		}
	}
	return false
}
