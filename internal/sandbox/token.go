package sandbox

import (
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"net/url"
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
	if s.revokes(e, r, body) {
		return answer{status: http.StatusNoContent}
	}
	inner, k, why := s.match(e, r, body)
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
	t, err := s.issue(e, c, f, inner)
	if err != nil {
		return e.refuse(refusal{status: http.StatusInternalServerError})
	}
	t.scope = scope
	return e.answer(t)
}

// issue makes a token for a client. A row that comes after another one has used that one's
// token inner.
func (s *Server) issue(e *endpoint, c Client, f Fault, inner string) (issued, error) {
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
	e.live[t.token] = life{end: t.end, inner: inner}
	e.issued = append(e.issued, t.token)
	e.mu.Unlock()
	if e.Once {
		s.endpoint(e.After).end(inner)
	}
	s.mu.Lock()
	s.tokens = append(s.tokens, t.token)
	s.mu.Unlock()
	return t, nil
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
