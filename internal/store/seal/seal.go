// Package seal encrypts the entries of a store, each under a key of its own. DESIGN.md
// describes the format.
package seal

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"time"
)

// KeySize is the size in bytes of the key of a store, and of the digest of an entry.
const KeySize = 32

// The format of an entry: the header in the clear, which is authenticated, then the nonce,
// the ciphertext and the tag as cipher.NewGCMWithRandomNonce writes them.
const (
	magic      = "apitoken"
	version    = 1
	headerSize = len(magic) + 1 + 8 // the magic, the version, the time of expiry
	lengthSize = 4                  // the length of the content, before the content
	block      = 1024               // the content is padded to a multiple of it: its length would say which service it is for
)

// salt is the salt of HKDF. It need not be secret or random (RFC 5869, section 3.1).
const salt = "terraform-provider-apitoken token_store v1"

// The errors of Open.
var (
	// ErrForeign says that the entry is not one of this format.
	ErrForeign = errors.New("it is no entry of a token store")
	// ErrVersion says that another version of the provider has written the entry.
	ErrVersion = errors.New("it has the format of another version of the provider")
	// ErrDamaged says that the entry cannot be opened with its key: it was changed, cut
	// or put under another name.
	ErrDamaged = errors.New("it is damaged")
)

// Box seals and opens one entry.
type Box struct {
	name string
	aead cipher.AEAD
}

// NewBox returns the box of an entry. Its key and its name are derived with HKDF-SHA256
// (RFC 5869) from the key of the store and the digest of what the entry is for: nobody
// can open or find the entry who has only one of them. purpose tells the kinds of entries
// apart that one digest may have.
func NewBox(storeKey, digest [KeySize]byte, purpose string) (Box, error) {
	prk, err := hkdf.Extract(sha256.New, append(storeKey[:], digest[:]...), []byte(salt))
	if err != nil {
		return Box{}, err
	}
	key, err := hkdf.Expand(sha256.New, prk, purpose+": key", KeySize)
	if err != nil {
		return Box{}, err
	}
	name, err := hkdf.Expand(sha256.New, prk, purpose+": name", KeySize)
	if err != nil {
		return Box{}, err
	}
	cipherBlock, err := aes.NewCipher(key)
	if err != nil {
		return Box{}, err
	}
	aead, err := cipher.NewGCMWithRandomNonce(cipherBlock)
	return Box{hex.EncodeToString(name), aead}, err
}

// Name returns the name of the entry: 64 hexadecimal digits.
func (b Box) Name() string { return b.name }

// Seal returns the entry with a content that nobody may use after until. Its nonce is random
// (NIST SP 800-38D, section 8.2.2), so a key must not seal more than 2³² contents.
func (b Box) Seal(content []byte, until time.Time) []byte {
	header := append([]byte(magic), version)
	header = binary.BigEndian.AppendUint64(header, uint64(max(until.Unix(), 0))) // #nosec G115 -- it is not negative
	padded := make([]byte, (lengthSize+len(content)+block-1)/block*block)
	binary.BigEndian.PutUint32(padded, uint32(len(content))) // #nosec G115 -- a token has less than 4 GiB
	copy(padded[lengthSize:], content)
	return b.aead.Seal(bytes.Clone(header), nil, padded, header) // #nosec G407 -- the nonce is not nil but random: see NewBox
}

// Open returns the content of an entry, and until when it may be used. Its errors are
// ErrForeign, ErrVersion and ErrDamaged.
func (b Box) Open(entry []byte) (content []byte, until time.Time, err error) {
	until, err = Until(entry)
	if err != nil {
		return nil, time.Time{}, err
	}
	padded, err := b.aead.Open(nil, nil, entry[headerSize:], entry[:headerSize])
	if err != nil || len(padded) < lengthSize {
		return nil, time.Time{}, ErrDamaged
	}
	length := int64(binary.BigEndian.Uint32(padded))
	if length > int64(len(padded)-lengthSize) {
		return nil, time.Time{}, ErrDamaged
	}
	return padded[lengthSize : lengthSize+length], until, nil
}

// Until returns until when the content of an entry may be used. Anybody can read it, and
// only Open knows that it is true. Its errors are ErrForeign and ErrVersion.
func Until(entry []byte) (time.Time, error) {
	if len(entry) < headerSize || !bytes.HasPrefix(entry, []byte(magic)) {
		return time.Time{}, ErrForeign
	}
	if entry[len(magic)] != version {
		return time.Time{}, ErrVersion
	}
	seconds := binary.BigEndian.Uint64(entry[len(magic)+1:])
	return time.Unix(int64(seconds&(1<<62-1)), 0), nil // #nosec G115 -- it has 62 bits
}
