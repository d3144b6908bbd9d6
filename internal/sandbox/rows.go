package sandbox

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
)

// rsaBits is the size of the key that signed requests are signed with.
const rsaBits = 2048

// Row is one vendor's token endpoint, written from the vendor's public
// documents. It takes the documented request and nothing else.
type Row struct {
	// Name is the first part of the paths that Rows serves the row at.
	Name string
	// Origin is the scheme and host of the vendor's URL, which the sandbox stands for.
	Origin string
	// Method is the request's method.
	Method string
	// Path is the request's path as it must be written.
	Path string
	// Query are the parameters of its URL.
	Query map[string]string
	// Basic are user name and password of HTTP Basic, joined by a colon; empty: none.
	Basic string
	// Header are its further headers.
	Header map[string]string
	// Type is the type of its body; empty: there is no body, or one without a type.
	Type string
	// Body is its body: JSON and forms are compared as values. Empty: none.
	Body string

	// Status is the status of the answer; 0: 200.
	Status int
	// Answered are the headers of the answer.
	Answered map[string]string
	// Answer is the body of the answer. In it, and in Answered, TOKEN stands for
	// the token, and UNIX, MILLIS and RFC3339 for the time when it expires.
	Answer string
	// JWT is set where the token is a JWT with exp.
	JWT bool
	// Lifetime is how long the token lives; 0: the documents do not say.
	Lifetime time.Duration
	// Use are the headers that the vendor's API expects.
	Use map[string]string
	// Signed is set where Authorization is Bearer with a JWT of app_id, signed by
	// RS256 with the private key of Rows.
	Signed bool
	// Revocation is the request that ends a token, which TOKEN stands for; nil:
	// the documents name none.
	Revocation *Row
}

// Value returns the made-up value of a credential, such as "client_secret",
// that every row knows. It looks different in every encoding.
func Value(name string) string { return "fake-" + name + "+/&=%" }

// Rows serves rows, each at its name and its vendor's path, such as
// /jamf/api/v1/auth/token. It is safe for concurrent use.
type Rows struct {
	now  func() time.Time
	rows []Row
	key  func() *rsa.PrivateKey

	mu              sync.Mutex
	issued, revoked map[string][]string
}

// NewRows returns a server of all rows.
func NewRows() *Rows {
	return &Rows{
		now: time.Now, rows: AllRows(), key: sync.OnceValue(newKey),
		issued: map[string][]string{}, revoked: map[string][]string{},
	}
}

// newKey panics where no key can be made.
func newKey() *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, rsaBits)
	if err != nil {
		panic(err)
	}
	return key
}

// PrivateKeyPEM returns the key that signed requests must be signed with.
func (s *Rows) PrivateKeyPEM() string {
	return string(pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(s.key())}))
}

// Revoked returns the tokens of the row that have been revoked.
func (s *Rows) Revoked(name string) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.revoked[name])
}

// Issued returns the tokens that the row has issued.
func (s *Rows) Issued(name string) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.issued[name])
}

// ServeHTTP answers the documented request of each row, and says what is wrong
// with any other.
func (s *Rows) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 1<<20))
	if err != nil {
		return
	}
	name, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	i := slices.IndexFunc(s.rows, func(row Row) bool { return row.Name == name })
	if i < 0 {
		http.NotFound(w, r)
		return
	}
	if s.revoke(s.rows[i], r, string(body)) {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	err = s.rows[i].accept(r, string(body))
	if err == nil && s.rows[i].Signed {
		err = s.checkSigned(r.Header.Get("Authorization"))
	}
	if err != nil {
		jsonAnswer(http.StatusBadRequest, map[string]string{"message": err.Error()}).write(w)
		return
	}
	s.issue(s.rows[i]).write(w)
}

// revoke ends the token that a request names, and reports whether it is a
// revocation at all.
func (s *Rows) revoke(row Row, r *http.Request, body string) bool {
	if row.Revocation == nil {
		return false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, token := range s.issued[row.Name] {
		fill := func(text string) string { return strings.ReplaceAll(text, "TOKEN", token) }
		end := *row.Revocation
		end.Name, end.Path, end.Body = row.Name, fill(end.Path), fill(end.Body)
		end.Header, end.Query = map[string]string{}, map[string]string{}
		for name, value := range row.Revocation.Header {
			end.Header[name] = fill(value)
		}
		for name, value := range row.Revocation.Query {
			end.Query[name] = fill(value)
		}
		if end.accept(r, body) == nil {
			s.revoked[row.Name] = append(s.revoked[row.Name], token)
			return true
		}
	}
	return false
}

// checkSigned requires a JWT of the app, signed with the key, that lives ten
// minutes at most.
func (s *Rows) checkSigned(authorization string) error {
	parsed, err := jwt.ParseSigned(strings.TrimPrefix(authorization, "Bearer "), []jose.SignatureAlgorithm{jose.RS256})
	if err != nil {
		return errors.New("the header Authorization is not Bearer with an RS256 JWT")
	}
	var claims jwt.Claims
	if err := parsed.Claims(&s.key().PublicKey, &claims); err != nil {
		return errors.New("the JWT is not signed with the app's key")
	}
	if claims.Issuer != Value("app_id") || claims.Expiry == nil || claims.Expiry.Time().After(s.now().Add(10*time.Minute)) {
		return errors.New("the JWT's iss or exp is wrong")
	}
	return nil
}

func (s *Rows) issue(row Row) answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	expires := s.now().Add(row.Lifetime).UTC()
	token := fmt.Sprintf("fake-%s-token-%d", row.Name, len(s.issued[row.Name]))
	if row.JWT {
		encode := base64.RawURLEncoding.EncodeToString
		token = encode([]byte(`{"alg":"none"}`)) + "." + encode(fmt.Appendf(nil, `{"exp":%d}`, expires.Unix())) + "." + token
	}
	s.issued[row.Name] = append(s.issued[row.Name], token)
	fill := strings.NewReplacer("TOKEN", token, "RFC3339", expires.Format(time.RFC3339),
		"UNIX", strconv.FormatInt(expires.Unix(), 10), "MILLIS", strconv.FormatInt(expires.UnixMilli(), 10))
	a := answer{status: row.Status, header: map[string]string{}, body: []byte(fill.Replace(row.Answer))}
	if a.status == 0 {
		a.status = http.StatusOK
	}
	for name, value := range row.Answered {
		a.header[name] = fill.Replace(value)
	}
	return a
}

// accept says how a request differs from the documented one. Only names go into
// the message.
func (row Row) accept(r *http.Request, body string) error {
	path, query, _ := strings.Cut(r.RequestURI, "?")
	asked, err := url.ParseQuery(query)
	switch {
	case err != nil:
		return errors.New("the query cannot be read")
	case r.Method != row.Method:
		return fmt.Errorf("the method is %s, not %s", r.Method, row.Method)
	case path != "/"+row.Name+row.Path:
		return fmt.Errorf("the path is not %s", row.Path)
	case !reflect.DeepEqual(asked, parameters(row.Query)):
		return errors.New("the query is not the documented one")
	}
	if err := row.acceptHeaders(r.Header); err != nil {
		return err
	}
	return row.acceptBody(body)
}

func parameters(values map[string]string) url.Values {
	found := url.Values{}
	for name, value := range values {
		found.Set(name, value)
	}
	return found
}

// acceptHeaders requires the documented headers, and accepts besides them only
// those that every client sends.
func (row Row) acceptHeaders(header http.Header) error {
	want := http.Header{}
	for name, value := range row.Header {
		want.Set(name, value)
	}
	if row.Basic != "" {
		want.Set("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(row.Basic)))
	}
	if row.Type != "" {
		want.Set("Content-Type", row.Type)
	}
	for name := range want {
		if !slices.Equal(header[name], want[name]) {
			return fmt.Errorf("the header %s is not the documented one", name)
		}
	}
	for name := range header {
		usual := slices.Contains([]string{"Accept", "Accept-Encoding", "Content-Length", "User-Agent", "Connection"}, name)
		if signed := row.Signed && name == "Authorization"; want[name] == nil && !usual && !signed {
			return fmt.Errorf("the header %s is not documented", name)
		}
	}
	return nil
}

func (row Row) acceptBody(body string) error {
	if body == row.Body {
		return nil
	}
	var got, want any
	switch row.Type {
	case typeJSON:
		if json.Unmarshal([]byte(body), &got) != nil || json.Unmarshal([]byte(row.Body), &want) != nil {
			return errors.New("the body is not JSON")
		}
	case typeForm:
		got, _ = url.ParseQuery(body)
		want, _ = url.ParseQuery(row.Body)
	}
	if row.Type == "" || !reflect.DeepEqual(got, want) {
		return errors.New("the body is not the documented one")
	}
	return nil
}
