package sandbox

import (
	"crypto/rand"
	"encoding/base64"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
)

// maxRequest is far more than any of the token requests needs.
const maxRequest = 64 << 10

// minting is what goes into a token.
type minting struct {
	signer jose.Signer
	client string
	now    time.Time
	end    time.Time
}

// newSigner panics if HS256 with a key of 32 bytes is refused, which it is not.
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

// mintJWT gives each token an id, so that no two are equal.
func mintJWT(m minting) (string, error) {
	return jwt.Signed(m.signer).Claims(jwt.Claims{
		Subject:   m.client,
		ID:        rand.Text(),
		IssuedAt:  jwt.NewNumericDate(m.now),
		NotBefore: jwt.NewNumericDate(m.now),
		Expiry:    jwt.NewNumericDate(m.end),
	}).Serialize()
}

func mintBase64URL(minting) (string, error) {
	return base64.RawURLEncoding.EncodeToString(randomBytes(24)), nil
}

func mintBase64(minting) (string, error) {
	return base64.StdEncoding.EncodeToString(randomBytes(32)), nil
}

func (s *Server) serveToken(w http.ResponseWriter, r *http.Request, e *endpoint) {
	f := e.next()
	e.requests.Add(1) // after next: who sees the count may order a fault for the next request
	// Read to the end even for a fault that needs no body: only then does
	// net/http notice that the client has gone.
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxRequest))
	if err != nil {
		e.refuse(refusal{status: http.StatusRequestEntityTooLarge}).write(w)
		return
	}
	if f.spoil(w, r, e.refuse, s.closed) {
		return
	}
	f.hand(w, r, func() answer { return s.respond(r, body, e, f) })
}

// hand writes the good answer, changed as the fault says.
func (f Fault) hand(w http.ResponseWriter, r *http.Request, good func() answer) {
	if f.kind == kindServed {
		f.serve(w, r, func(w http.ResponseWriter, _ *http.Request) { good().write(w) })
		return
	}
	a := good()
	switch {
	case a.status == http.StatusOK && f.kind == kindOversized:
		pad(a).write(w)
	case a.status == http.StatusOK && f.kind == kindCutBody:
		writeHalf(w, a)
	default:
		a.write(w)
	}
}

// respond answers as the endpoint normally does, except for faults that change
// the token or repeat what the request said.
func (s *Server) respond(r *http.Request, body []byte, e *endpoint, f Fault) answer {
	if r.Method != http.MethodPost {
		return e.notAllowed(http.MethodPost)
	}
	if why := e.check(r); why != nil {
		return e.refuse(*why)
	}
	k, why := e.read(r, body)
	if why != nil {
		return e.refuse(*why)
	}
	e.mu.RLock()
	clients, lifetime := e.clients, e.lifetime
	c, why := authenticate(clients, k)
	e.mu.RUnlock()
	if f.kind == kindEchoSecret {
		return e.refuse(echo(c, k))
	}
	if why != nil {
		return e.refuse(*why)
	}
	scope, why := e.grant(k.scope)
	if why != nil {
		return e.refuse(*why)
	}
	if f.kind == kindLifetimeOnce {
		lifetime = f.lifetime
	}
	token, err := s.issue(e, c, lifetime, f)
	if err != nil {
		return e.refuse(refusal{status: http.StatusInternalServerError})
	}
	a := jsonAnswer(http.StatusOK, e.answer(issued{token: token, scope: scope, lifetime: lifetime}))
	return a.with("Cache-Control", "no-store")
}

func (s *Server) issue(e *endpoint, c Client, lifetime time.Duration, f Fault) (string, error) {
	now := s.now().Add(f.skew)
	end := now.Add(lifetime)
	token, err := e.mint(minting{signer: s.signer, client: c.ID, now: now, end: end})
	if err != nil {
		return "", err
	}
	if f.kind == kindLineBreak {
		half := len(token) / 2
		token = token[:half] + "\r\nX-Injected: yes\r\n" + token[half:]
	}
	e.mu.Lock()
	e.live[token] = end
	e.mu.Unlock()
	s.mu.Lock()
	s.tokens = append(s.tokens, token)
	s.mu.Unlock()
	return token, nil
}

// echo is the refusal of a service that repeats the secret it was sent, in the
// forms a careless service might.
func echo(c Client, k claim) refusal {
	secret, err := c.decode(k.secret)
	if err != nil {
		secret = k.secret
	}
	encode := base64.StdEncoding.EncodeToString
	message := "No client has the secret " + secret +
		" or " + url.QueryEscape(secret) +
		" or " + encode([]byte(secret)) +
		" or " + encode([]byte(k.id+":"+k.secret))
	return refusal{http.StatusBadRequest, codeInvalidRequest, message}
}
