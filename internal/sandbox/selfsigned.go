package sandbox

import (
	"fmt"
	"net/http"
	"strings"
)

// The API that accepts JWTs which its clients sign themselves. It has no token endpoint.
const (
	SelfSignedPath     = "/self-signed/orders"  // the path of the protected resource
	SelfSignedIssuer   = "sandbox-team"         // the iss of a JWT
	SelfSignedAudience = "https://orders.local" // its aud
	SelfSignedKey      = "sandbox-key"          // its kid; PrivateKeyPEM is the key
)

// SelfSignedOpened returns how often the resource at SelfSignedPath was opened.
func (s *Server) SelfSignedOpened() int { return int(s.selfSigned.Load()) }

func (s *Server) serveSelfSigned(w http.ResponseWriter, r *http.Request) {
	if why := s.checkSelfSigned(r); why != nil {
		answer{status: why.status, body: fmt.Appendf(nil, `{"message":%q}`, why.message)}.write(w)
		return
	}
	s.selfSigned.Add(1)
	answer{status: http.StatusOK, body: []byte(`{"opened":true}`)}.write(w)
}

// checkSelfSigned requires a JWT of a client, with which it may read.
func (s *Server) checkSelfSigned(r *http.Request) *refusal {
	token, isBearer := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	switch {
	case r.Method != http.MethodGet:
		return &refusal{status: http.StatusMethodNotAllowed, message: "Only GET is supported."}
	case !isBearer:
		return &refusal{status: http.StatusUnauthorized, message: "There is no JWT."}
	}
	why := s.checkJWT(Assertion{
		Header: map[string]any{"kid": SelfSignedKey}, Claims: map[string]any{"iss": SelfSignedIssuer, "aud": SelfSignedAudience},
	}, token)
	if why != nil {
		why.status = http.StatusUnauthorized
	}
	return why
}
