package provider

import (
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/apitoken/terraform-provider-apitoken/internal/diagnostic"
	"github.com/apitoken/terraform-provider-apitoken/internal/said"
	"github.com/apitoken/terraform-provider-apitoken/internal/service"
	"github.com/apitoken/terraform-provider-apitoken/internal/store"
	"github.com/apitoken/terraform-provider-apitoken/internal/token"
	"github.com/apitoken/terraform-provider-apitoken/internal/transport"
)

// storeBlock is the attribute of the provider block that describes the token store.
const storeBlock = "token_store"

// The environment variables for the token store, and the value that turns it off.
const (
	storeVariable    = "APITOKEN_TOKEN_STORE"
	storeKeyVariable = "APITOKEN_TOKEN_STORE_KEY"
	storeOff         = "off"
)

func storeAttribute() schema.Attribute {
	return schema.SingleNestedAttribute{
		Optional: true,
		MarkdownDescription: "Where tokens are kept, so that several runs share them. What is kept is encrypted, and can only be found and decrypted with both `key` and the credentials. Default: " +
			"the environment variable `" + storeVariable + "`, which is a directory or a URL; else tokens are kept in memory only. `" + storeVariable + "=off` turns the store off.",
		Attributes: map[string]schema.Attribute{
			"directory": service.Optional("A directory, for runs of one user on one machine. It is created if it does not exist. It must belong to that user, with mode 0700. "+
				"Either this or `url` is required.", service.Check("Directory cannot be used", "a directory", checkDirectory)),
			"url": service.OptionalSecret("The URL of a Valkey or Redis server, for runs that share no disk. It is `rediss://USER:PASSWORD@HOST:PORT` (TLS), `redis://…` or `unix://:PASSWORD@/path`. "+
				"Percent-encode the password: `replace(urlencode(…), \"+\", \"%20\")`. `?addr=HOST:PORT` names another node of a cluster. `rediss://` also trusts `transport.ca_certificates_pem`.",
				service.Check("URL cannot be used", "the URL of a Valkey or Redis server", func(url string) error { return storeProblem(store.CheckURL(said.NewSecret(url))) })),
			"key": service.OptionalSecret("The key of the store: 32 random bytes in base64, such as the output of `openssl rand -base64 32`. Runs with the same key share tokens. It is required with `url`. "+
				"Default: the environment variable `"+storeKeyVariable+"`; else, with `directory`, a key file that is created in your configuration directory.",
				service.Check("Key cannot be used", "32 bytes in base64", func(key string) error { return storeProblem(store.CheckKey(said.NewSecret(key))) })),
			"max_age": service.Optional("The greatest age of a token that is taken from the store, such as `8h`. Whatever its age, a token is replaced when less than half of its lifetime is left, or less than `min_remaining` if that is set. Default: any age.", service.PositiveDuration()),
		},
		Validators: []validator.Object{service.CheckObject("a directory, or a URL and a key", checkPlaces)},
	}
}

// storeProblem returns an error of a store as one for a message about an attribute.
func storeProblem(err error) error {
	failed, ok := errors.AsType[*store.Error](err)
	if !ok {
		return nil
	}
	return errors.New(diagnostic.StoreProblem(failed, said.Book{}.Judge()))
}

func checkDirectory(directory string) error {
	switch part, remedy := service.Unreplaced(directory); {
	case strings.TrimSpace(directory) == "":
		return errEmpty
	case part != "":
		return fmt.Errorf("%s is not replaced: %s", part, remedy)
	case strings.Contains(directory, "://"):
		return errors.New("it is a URL. Set url instead")
	}
	return nil
}

// checkPlaces reports that token_store does not name one place.
func checkPlaces(req validator.ObjectRequest, resp *validator.ObjectResponse) {
	values := req.ConfigValue.Attributes()
	directory, url := values["directory"], values["url"]
	hasDirectory, hasURL := !directory.IsNull(), !url.IsNull()
	switch {
	case directory.IsUnknown() || url.IsUnknown(): // it may be null
	case hasDirectory && hasURL:
		resp.Diagnostics.AddAttributeError(req.Path.AtName("url"), "Two token stores", storeBlock+" has both directory and url: set one of the two.")
	case !hasDirectory && !hasURL:
		resp.Diagnostics.AddAttributeError(req.Path, "No token store", storeBlock+" has neither directory nor url: set one of the two. If you wrote one, check its spelling: "+
			"inside { … }, attributes with an unknown name are ignored without an error.")
	}
}

// keep gives the cache of the tokens the store that the block describes, or else the environment.
// What is wrong with the block is an error. What is wrong with the environment is a warning:
// it may be that of another project.
func (p *apitoken) keep(t *tokens, block types.Object, certificates string) (diags diag.Diagnostics) {
	settings, isOff := p.storeSettings(block)
	if settings == nil {
		if isOff {
			diags = needsStore(t.sets, service.Trimmed(p.runtime.Getenv(storeVariable)))
		}
		return diags
	}
	t.known.Add(said.Book{}.Add("url", settings.URL).Add("key", settings.Key))
	problem, judge := checkStore(*settings), t.judge()
	switch {
	case problem != nil && (block.IsNull() || problem.Problem == store.ProblemKey):
		return append(diags, diagnostic.StoreUnused(problem, "The environment variable "+variableOf(problem), judge))
	case problem != nil:
		diags.AddAttributeError(path.Root(storeBlock), diagnostic.StoreSummary, storeBlock+" cannot be used: "+diagnostic.StoreProblem(problem, judge)+".")
		return diags
	}
	settings.Roots, _ = transport.CertPool(certificates) // NewClient has checked it
	t.store = p.openStore(*settings)
	t.cache.Keep(token.Keeping{Store: t.store, MaxAge: durationValue(block.Attributes()["max_age"])})
	return diags
}

// checkStore reports what is wrong with the settings of a store; nil: nothing.
func checkStore(settings store.Settings) *store.Error {
	if part, _ := service.Unreplaced(settings.Directory); part != "" {
		return &store.Error{Problem: store.ProblemUnreplaced, Path: part}
	}
	return settings.Check()
}

// openStore returns a store, and closes that of the Configure before.
func (p *apitoken) openStore(settings store.Settings) *store.Store {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.store != nil {
		p.store.Close()
	}
	p.store = store.New(settings, p.runtime.Now)
	return p.store
}

// variableOf returns the environment variable that has a problem.
func variableOf(problem *store.Error) string {
	if problem.Problem == store.ProblemKey {
		return storeKeyVariable
	}
	return storeVariable
}

// storeSettings returns the settings of the store, nil if there is none. isOff says that
// there is none, even when all values are known.
func (p *apitoken) storeSettings(block types.Object) (settings *store.Settings, isOff bool) {
	variable := service.Trimmed(p.runtime.Getenv(storeVariable))
	settings = &store.Settings{KeyFile: store.KeyFile, Key: said.NewSecret(service.Trimmed(p.runtime.Getenv(storeKeyVariable)))}
	values := block.Attributes()
	switch {
	case strings.EqualFold(variable, storeOff), block.IsNull() && variable == "":
		return nil, true
	case block.IsNull():
		if strings.Contains(variable, "://") || strings.Contains(variable, "@") {
			settings.URL = said.NewSecret(variable)
		} else {
			settings.Directory = variable
		}
		return settings, false
	case block.IsUnknown() || slices.ContainsFunc(slices.Collect(maps.Values(values)), attr.Value.IsUnknown):
		return nil, false
	}
	// A relative path of the configuration is one of the folder that the CLI runs in.
	settings.Directory, settings.URL = absolute(stringValue(values["directory"])), said.NewSecret(stringValue(values["url"]))
	if key := stringValue(values["key"]); key != "" {
		settings.Key = said.NewSecret(key)
	}
	return settings, false
}

// storeWarning says why the store cannot be used, once. failed is an error that may say so
// already.
func (t *tokens) storeWarning(failed error) (diags diag.Diagnostics) {
	if t.store == nil {
		return nil
	}
	if unused := t.store.Failure(); unused != nil && !errors.Is(failed, unused) {
		diags.Append(diagnostic.StoreUnused(unused, storeBlock, t.judge()))
	}
	return diags
}

// judge returns who hides the secrets of all sets.
func (t *tokens) judge() *said.Judge { return said.Book{t.known.Entry()}.Judge() }

// absolute returns an absolute path; "" for "".
func absolute(directory string) string {
	if found, err := filepath.Abs(directory); err == nil && directory != "" {
		return found
	}
	return directory
}

// needsStore returns an error for each set that keeps refresh tokens without a store. variable
// is the value of the environment variable for it.
func needsStore(sets map[string]credentialSets, variable string) (diags diag.Diagnostics) {
	advice := "Set token_store, or the environment variable " + storeVariable
	if variable != "" {
		advice = fmt.Sprintf("The environment variable %s is %s: unset it, and set token_store if it is not set", storeVariable, storeOff)
	}
	for name, of := range sets {
		for set, values := range of.byName {
			if values.KeepsRefreshToken() {
				diags.AddAttributeError(path.Root(name).AtMapKey(set).AtName(service.KeepRefreshToken), "No token store", fmt.Sprintf(
					"%s[%q].%s needs a token store, which keeps the newest refresh token for the next run. %s.",
					name, set, service.KeepRefreshToken, advice))
			}
		}
	}
	return diags
}
