//! Tokens for OAUTHBEARER: read from a file that somebody keeps fresh, again whenever the client asks for one.

use std::error::Error;
use std::fs;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rdkafka::client::OAuthToken;
use serde::Deserialize;
use tributary_log::system_clock;

use crate::settings::OauthToken;

/// What a token says of itself. It is the broker that judges it; the client must know when to ask for the next.
#[derive(Deserialize)]
struct Claims {
    sub: String,
    /// Seconds since 1970-01-01 UTC; some issuers write a fraction.
    exp: f64,
}

/// A token; an error never shows any of it.
pub(super) fn token(from: &OauthToken) -> Result<OAuthToken, Box<dyn Error>> {
    match from {
        OauthToken::File(path) => {
            let text = fs::read_to_string(path).map_err(|error| format!("could not read the token's file: {error}"))?;
            signed(text.trim())
        }
        OauthToken::Unsecured(principal) => signed(&unsecured(principal)),
    }
}

fn signed(token: &str) -> Result<OAuthToken, Box<dyn Error>> {
    let payload = token.split('.').nth(1).ok_or("the token's file holds no JSON web token")?;
    let payload = URL_SAFE_NO_PAD.decode(payload).map_err(|_| "the token's claims are no base64url")?;
    let claims: Claims = serde_json::from_slice(&payload).map_err(|_| "the token does not say both `sub` and `exp`")?;
    let lifetime_ms = (claims.exp * 1_000.0) as i64;
    if lifetime_ms <= system_clock()() / 1_000 {
        return Err("the token in its file has expired: somebody has to keep it fresh".into());
    }
    Ok(OAuthToken { token: token.to_owned(), principal_name: claims.sub, lifetime_ms })
}

/// A token that nobody signed, good for an hour: a test's broker believes it.
fn unsecured(principal: &str) -> String {
    let now_s = system_clock()() / 1_000_000;
    let claims = serde_json::json!({ "sub": principal, "iat": now_s, "exp": now_s + 3_600 });
    let part = |json: &str| URL_SAFE_NO_PAD.encode(json);
    format!("{}.{}.", part(r#"{"alg":"none"}"#), part(&claims.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn in_file(text: &str) -> Result<OAuthToken, String> {
        let file = tempfile::NamedTempFile::new().expect("a file");
        fs::write(file.path(), text).expect("write");
        token(&OauthToken::File(file.path().to_owned())).map_err(|error| error.to_string())
    }

    fn with_claims(claims: &str) -> String {
        format!("e30.{}.c2VjcmV0", URL_SAFE_NO_PAD.encode(claims))
    }

    #[test]
    fn a_token_is_given_with_its_subject_and_its_end() {
        let text = with_claims(r#"{"sub":"tributary","exp":4102444800,"scope":"x"}"#);
        let token = in_file(&format!("{text}\n")).expect("a token");
        assert_eq!(
            (token.token, token.principal_name, token.lifetime_ms),
            (text, "tributary".into(), 4_102_444_800_000)
        );
    }

    #[test]
    fn what_is_no_token_or_has_expired_is_refused_without_showing_it() {
        for text in ["", "secret", "a.secret.b", &with_claims(r#"{"sub":"secret"}"#)] {
            let refused = in_file(text).err().expect("a refusal");
            assert!(!refused.contains("secret"), "{refused}");
        }
        assert!(in_file(&with_claims(r#"{"sub":"a","exp":1}"#)).err().is_some_and(|error| error.contains("expired")));
    }

    #[test]
    fn an_unsigned_token_says_for_whom_it_is() {
        let token = token(&OauthToken::Unsecured("alice".to_owned())).expect("a token");
        assert_eq!(token.principal_name, "alice");
    }
}
