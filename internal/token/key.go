package token

import (
	"crypto/sha256"
	"encoding/binary"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/source"
)

// key identifies an exchange in the cache. It is a hash over every field that
// shapes the request or the token, secrets included.
type key [sha256.Size]byte

func (x *Exchange) key() key {
	var d digest
	d.write(x.Service, x.Credentials, x.Issuer, x.DefaultTTL.String(), strconv.FormatBool(x.KeepRefreshToken))
	writeMap(&d, x.Headers, said.Secret.Reveal)
	if x.Basic != nil {
		d.write(x.Basic.identity()...)
	}
	d.request(x.Request.unresolved())
	r := &x.Response
	d.write(r.Token.String(), r.TokenType.String(), r.ExpiresIn.String(), r.ExpiresInUnit.String(),
		r.ExpiresAt.String(), r.Success.String(), r.Error.String(), strconv.FormatBool(r.IsDescribed))
	d.count(len(r.SuccessStatuses))
	for _, status := range r.SuccessStatuses {
		d.count(status)
	}
	writeMap(&d, r.Fields, Path.String)
	writeLists(&d, r.FieldDefaults, func(name, value string) []string { return asSet(name, []string{value}) })
	writeMap(&d, r.Outputs, Path.String)
	if x.Revoke != nil {
		d.request(x.Revoke.unresolved())
	}
	return d.key()
}

// unresolved returns the request without a URL that the metadata of the issuer has given:
// the issuer stands for it.
func (r *Request) unresolved() *Request {
	if !r.Discovered {
		return r
	}
	asWritten := *r
	asWritten.URL = ""
	return &asWritten
}

// Identity returns the key of the exchange, for the source of another one, whatever the set
// is called.
func (x *Exchange) Identity() []string {
	k := x.nameless().key()
	return []string{string(k[:])}
}

// nameless returns the exchange without the names of its service and its set.
func (x *Exchange) nameless() *Exchange {
	bare := *x
	bare.Service, bare.Credentials = "", ""
	return &bare
}

func hash(values ...string) key {
	var d digest
	d.write(values...)
	return d.key()
}

func (t *Token) key() key { return hash(t.AccessToken.Reveal(), t.from) }

// digest collects strings with their lengths, so that different lists of strings
// never give the same bytes.
type digest struct{ written []byte }

func (d *digest) write(values ...string) {
	d.count(len(values))
	for _, value := range values {
		d.count(len(value))
		d.written = append(d.written, value...)
	}
}

func (d *digest) count(n int) {
	d.written = binary.BigEndian.AppendUint64(d.written, uint64(n)) // #nosec G115 -- a length or a status is not negative
}

func (d *digest) key() key { return sha256.Sum256(d.written) }

func (r *Request) key() key {
	var d digest
	d.request(r)
	return d.key()
}

func (d *digest) request(r *Request) {
	d.write(r.Method, r.URL, strconv.FormatBool(r.AllowHTTP), strconv.FormatBool(r.Template), strconv.FormatBool(r.AsJSON), r.Body.Reveal(), r.ContentType, strconv.FormatBool(r.BodyIsJSON))
	writeMap(d, r.Query, said.Secret.Reveal)
	writeMap(d, r.Headers, said.Secret.Reveal)
	writeLists(d, r.Form, func(name string, values []said.Secret) []string {
		var revealed []string
		for _, value := range values {
			revealed = append(revealed, value.Reveal())
		}
		return asSet(name, revealed)
	})
	writeLists(d, r.Sources, func(_ string, from source.Source) []string { return from.Identity() })
	for _, named := range r.Named {
		d.write(named.Name)
		d.write(named.Source.Identity()...)
	}
	if r.Local != nil {
		d.write(r.Local.Identity()...)
	}
	if r.Auth != nil {
		d.write(r.Auth.identity()...)
	}
	if r.Certificate != nil {
		d.write(r.Certificate.identity()...)
	}
}

// asSet returns the values of a form field in an order that does not depend on
// how they were written. Those of a repeated field are a set (RFC 8707, section 2),
// and so are the words of scope (RFC 6749, section 3.3).
func asSet(field string, values []string) []string {
	set := slices.Clone(values)
	if field == "scope" {
		set = strings.Split(strings.Join(values, " "), " ")
	}
	slices.Sort(set)
	return slices.Compact(set)
}

func writeMap[V any](d *digest, values map[string]V, text func(V) string) {
	writeLists(d, values, func(_ string, value V) []string { return []string{text(value)} })
}

func writeLists[V any](d *digest, values map[string]V, texts func(name string, value V) []string) {
	d.count(len(values))
	for _, name := range slices.Sorted(maps.Keys(values)) {
		d.write(name)
		d.write(texts(name, values[name])...)
	}
}
