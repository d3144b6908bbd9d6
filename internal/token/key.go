package token

import (
	"crypto/sha256"
	"encoding/binary"
	"hash"
	"maps"
	"slices"
	"strconv"
)

// key stands for an exchange in the cache. It covers every field, secrets
// included, and does not tell them.
type key [sha256.Size]byte

func (x *Exchange) key() key {
	d := digest{sha256.New()}
	d.write(x.Service, x.Credentials)
	d.write(x.Request.URL, strconv.FormatBool(x.Request.AllowHTTP), x.Request.JSON.Reveal())
	writeMap(d, x.Request.Headers, Secret.Reveal)
	d.form(x.Request.Form)
	if x.Request.Auth != nil {
		d.write(x.Request.Auth.identity()...)
	}
	d.write(string(x.Response.Token), string(x.Response.TokenType), string(x.Response.ExpiresIn),
		x.Response.ExpiresInUnit.String())
	writeMap(d, x.Response.Outputs, func(p Path) string { return string(p) })
	writeMap(d, x.Response.OutputDefaults, func(s string) string { return s })
	writeMap(d, x.Headers, func(s string) string { return s })
	return key(d.Sum(nil))
}

// digest hashes strings with their lengths, so that no two lists run into each other.
type digest struct{ hash.Hash }

func (d digest) write(values ...string) {
	d.count(len(values))
	for _, value := range values {
		d.count(len(value))
		_, _ = d.Write([]byte(value))
	}
}

func (d digest) count(n int) {
	_, _ = d.Write(binary.BigEndian.AppendUint64(nil, uint64(n))) // #nosec G115 -- a length is not negative
}

func (d digest) form(form Form) {
	d.count(len(form))
	for _, name := range slices.Sorted(maps.Keys(form)) {
		d.write(name)
		d.count(len(form[name]))
		for _, value := range form[name] {
			d.write(value.Reveal())
		}
	}
}

func writeMap[V any](d digest, values map[string]V, reveal func(V) string) {
	d.count(len(values))
	for _, name := range slices.Sorted(maps.Keys(values)) {
		d.write(name, reveal(values[name]))
	}
}
