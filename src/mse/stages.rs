//! How either half of an exchange goes from one stage to the next.

use super::MseError;

/// What a stage becomes, and what there is to tell, if anything.
pub(super) type Outcome<S, T> = Result<(S, Option<T>), MseError>;

/// Goes from stage to stage until there is something to tell. The default stage tells nothing more;
/// one made of an error gives that error for good.
pub(super) fn advance<S: Default + From<MseError>, T>(
    stage: &mut S,
    mut go_on: impl FnMut(S) -> Outcome<S, T>,
) -> Result<T, MseError> {
    loop {
        match go_on(std::mem::take(stage)) {
            Ok((next, None)) => *stage = next,
            Ok((next, Some(told))) => {
                *stage = next;
                return Ok(told);
            }
            Err(error) => {
                *stage = error.clone().into();
                return Err(error);
            }
        }
    }
}
