package sandbox

import (
	"cmp"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
)

// maxRequest is how many bytes a request may have, far more than any needs.
const maxRequest = 64 << 10

// newSigner returns the signer of issued JWTs.
func newSigner() jose.Signer {
	signer, err := jose.NewSigner(
		jose.SigningKey{Algorithm: jose.HS256, Key: randomBytes(32)},
		(&jose.SignerOptions{}).WithType("JWT"))
	if err != nil {
		panic(err)
	}
	return signer
}

func randomBytes(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails
	return b
}

// issued is a token with the facts in an answer.
type issued struct {
	token, scope string
	lifetime     time.Duration
	end          time.Time
}

// mint makes a token. Each JWT has an id, so that no two are equal.
func (s *Server) mint(row Row, client string, now, end time.Time) (string, error) {
	switch row.Token {
	case JWT:
		begin := jwt.NewNumericDate(now)
		return jwt.Signed(s.signer).Claims(jwt.Claims{
			Subject: client, ID: rand.Text(), IssuedAt: begin, NotBefore: begin, Expiry: jwt.NewNumericDate(end),
		}).Serialize()
	case Base64:
		return base64.StdEncoding.EncodeToString(randomBytes(32)), nil
	case Base64URL:
		return base64.RawURLEncoding.EncodeToString(randomBytes(24)), nil
	default:
		return fmt.Sprintf("fake-%s-%s", row.Name, rand.Text()), nil
	}
}

func (s *Server) serveToken(w http.ResponseWriter, r *http.Request, e *endpoint) {
	f := e.next()
	e.requests.Add(1) // after next: a test that sees the count may order a fault for the next request
	// Faults that need no body read it too: only then net/http notices that the client
	// has left.
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxRequest))
	if err != nil {
		e.decline(refusal{status: http.StatusRequestEntityTooLarge}).write(w)
		return
	}
	f.answer(w, r, source{func() answer { return s.respond(r, string(body), e, f) }, e.refuse, s.closed})
}

// decline refuses a request. If the documents show no refusal, the status is always 400.
func (e *endpoint) decline(why refusal) answer {
	if e.Refused == nil {
		why.status = http.StatusBadRequest
	}
	a := e.refuse(why)
	if why.status == http.StatusMethodNotAllowed {
		return a.with("Allow", e.Method)
	}
	return a
}

// respond answers like the endpoint, except for faults that change the token or repeat the
// secret.
func (s *Server) respond(r *http.Request, body string, e *endpoint, f Fault) answer {
	if e.revokes(r, body) {
		return answer{status: http.StatusNoContent}
	}
	k, why := e.accept(r, body)
	if why == nil && e.Signed {
		why = s.checkSigned(r.Header.Get("Authorization"))
	}
	if why != nil {
		return e.decline(*why)
	}
	c, why := e.authenticate(k)
	if f.echoes {
		return e.refuse(echo(c, k))
	}
	if why != nil {
		return e.decline(*why)
	}
	scope, why := e.grant(k.scope)
	if why != nil {
		return e.decline(*why)
	}
	t, err := s.issue(e, c, f)
	if err != nil {
		return e.refuse(refusal{status: http.StatusInternalServerError})
	}
	t.scope = scope
	return e.answer(t)
}

func (s *Server) issue(e *endpoint, c Client, f Fault) (issued, error) {
	now := s.now().Add(f.skew)
	t := issued{lifetime: e.Lifetime}
	if f.lifetime != nil {
		t.lifetime = *f.lifetime
	}
	t.end = now.Add(t.lifetime)
	var err error
	if t.token, err = s.mint(e.Row, c.ID, now, t.end); err != nil {
		return t, err
	}
	if f.breaks {
		half := len(t.token) / 2
		t.token = t.token[:half] + "\r\nX-Injected: yes\r\n" + t.token[half:]
	}
	e.mu.Lock()
	e.live[t.token] = t.end
	e.issued = append(e.issued, t.token)
	e.mu.Unlock()
	s.mu.Lock()
	s.tokens = append(s.tokens, t.token)
	s.mu.Unlock()
	return t, nil
}

// answer returns the documented answer with a token and its facts.
func (row Row) answer(t issued) answer {
	text := row.Answer
	if t.scope == "" {
		text = strings.ReplaceAll(text, `,"scope":"SCOPE"`, "")
	}
	quote := inJSON
	if row.Answered["Content-Type"] != "" {
		quote = func(text string) string { return text }
	}
	a := answer{
		status: cmp.Or(row.Status, http.StatusOK), header: maps.Clone(row.Answered),
		body: []byte(row.fill(t, quote(t.token)).Replace(text)),
	}
	for name, value := range row.Answered {
		a.header[name] = row.fill(t, t.token).Replace(value)
	}
	return a
}

// fill returns the values of the placeholders. If two begin alike, the longer one is first.
func (row Row) fill(t issued, token string) *strings.Replacer {
	number := func(n int64) string { return strconv.FormatInt(n, 10) }
	return strings.NewReplacer(
		"TOKEN", token, "TYPE", row.TokenType, "SCOPE", t.scope,
		"MILLISECONDS", number(t.lifetime.Milliseconds()), "SECONDS", number(int64(t.lifetime/time.Second)),
		"UNIX", number(t.end.Unix()), "MILLIS", number(t.end.UnixMilli()), "RFC3339", t.end.UTC().Format(time.RFC3339),
	)
}

// revokes revokes the token that a request names, and reports whether it is a revocation.
func (e *endpoint) revokes(r *http.Request, body string) bool {
	if e.Revocation == nil {
		return false
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	i := slices.IndexFunc(e.issued, func(token string) bool {
		_, why := e.ending(token).accept(r, body)
		return why == nil
	})
	if i < 0 {
		return false
	}
	e.revoked = append(e.revoked, e.issued[i])
	return true
}

// checkSigned requires a JWT of the app, signed with the key, that is valid for at most ten
// minutes.
func (s *Server) checkSigned(authorization string) *refusal {
	parsed, err := jwt.ParseSigned(strings.TrimPrefix(authorization, "Bearer "), []jose.SignatureAlgorithm{jose.RS256})
	if err != nil {
		return badRequest("The header Authorization is not Bearer with an RS256 JWT.")
	}
	var claims jwt.Claims
	if err := parsed.Claims(&s.key().PublicKey, &claims); err != nil {
		return badRequest("The JWT is not signed with the app's key.")
	}
	if claims.Issuer != Value("app_id") || claims.Expiry == nil || claims.Expiry.Time().After(s.now().Add(10*time.Minute)) {
		return badRequest("The JWT's iss or exp is wrong.")
	}
	return nil
}

// echo returns the refusal of a service that repeats the secret, in several forms.
func echo(c Client, k claim) refusal {
	secret, err := c.decode(k.secret)
	if err != nil {
		secret = k.secret
	}
	encode := base64.StdEncoding.EncodeToString
	return *badRequest("No client has the secret %s or %s or %s or %s", secret, url.QueryEscape(secret),
		encode([]byte(secret)), encode([]byte(k.id+":"+k.secret)))
}
