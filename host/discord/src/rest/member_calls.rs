//! Members, roles and bans.

use muster_core::ids::{GuildId, RoleId, UserId};
use muster_core::interaction::Member;
use serde_json::{Value, json};

use super::error::RestError;
use super::model::{Made, MemberBody};
use super::route::{Priority, Route};
use super::send::push_percent_encoded;
use super::{Body, Rest};

impl Rest {
    /// A member; their `permissions` are left empty, because only the guild's roles tell them.
    ///
    /// # Errors
    /// As Discord answered, `Gone` if there is no such member.
    pub async fn get_member(
        &self,
        guild: GuildId,
        user: UserId,
        priority: Priority,
    ) -> Result<Member, RestError> {
        let route = Route::get_member(guild, user);
        let body: MemberBody = self.fetch(&route, &Body::None, None, priority).await?;
        Ok(body.into_member())
    }

    /// Members whose account name or nickname begins with `text`, at most `limit` (1 to 1000).
    ///
    /// # Errors
    /// As Discord answered.
    pub async fn search_members(
        &self,
        guild: GuildId,
        text: &str,
        limit: u16,
        priority: Priority,
    ) -> Result<Vec<Member>, RestError> {
        let mut query = format!("limit={}&query=", limit.clamp(1, 1000));
        for c in text.chars().take(100) {
            push_percent_encoded(&mut query, c);
        }
        let route = Route::search_members(guild, &query);
        let found: Vec<MemberBody> = self.fetch(&route, &Body::None, None, priority).await?;
        Ok(found.into_iter().map(MemberBody::into_member).collect())
    }

    /// The next thousand members after this one, in the order of their ids; fewer at the end.
    ///
    /// # Errors
    /// As Discord answered; `Forbidden` without the members intent.
    pub async fn list_members(
        &self,
        guild: GuildId,
        after: Option<UserId>,
        priority: Priority,
    ) -> Result<Vec<Member>, RestError> {
        let route = Route::list_members(guild, after.map_or(0, UserId::get));
        let found: Vec<MemberBody> = self.fetch(&route, &Body::None, None, priority).await?;
        Ok(found.into_iter().map(MemberBody::into_member).collect())
    }

    /// Gives or takes one role. Never by the member's whole list, which would undo what others did
    /// meanwhile.
    ///
    /// # Errors
    /// As Discord answered.
    pub async fn set_member_role(
        &self,
        give: bool,
        guild: GuildId,
        user: UserId,
        role: RoleId,
        reason: Option<&str>,
        priority: Priority,
    ) -> Result<(), RestError> {
        let route = Route::member_role(give, guild, user, role);
        self.send(&route, &Body::None, reason, priority)
            .await
            .map(drop)
    }

    /// Changes a member: `nick`, `communication_disabled_until`.
    ///
    /// # Errors
    /// As Discord answered.
    pub async fn edit_member(
        &self,
        guild: GuildId,
        user: UserId,
        body: &Value,
        reason: Option<&str>,
        priority: Priority,
    ) -> Result<(), RestError> {
        let route = Route::edit_member(guild, user);
        self.send(&route, &Body::json(body), reason, priority)
            .await
            .map(drop)
    }

    /// Removes a member from the guild.
    ///
    /// # Errors
    /// As Discord answered.
    pub async fn kick(
        &self,
        guild: GuildId,
        user: UserId,
        reason: Option<&str>,
        priority: Priority,
    ) -> Result<(), RestError> {
        let route = Route::kick(guild, user);
        self.send(&route, &Body::None, reason, priority)
            .await
            .map(drop)
    }

    /// Bans a user and deletes their messages of the last seconds (at most 604,800).
    ///
    /// # Errors
    /// As Discord answered.
    pub async fn ban(
        &self,
        guild: GuildId,
        user: UserId,
        delete_message_seconds: u32,
        reason: Option<&str>,
        priority: Priority,
    ) -> Result<(), RestError> {
        let body = Body::json(&json!({ "delete_message_seconds": delete_message_seconds }));
        let route = Route::ban(true, guild, user);
        self.send(&route, &body, reason, priority).await.map(drop)
    }

    /// Lifts a ban.
    ///
    /// # Errors
    /// As Discord answered, `Gone` if there is no such ban.
    pub async fn unban(
        &self,
        guild: GuildId,
        user: UserId,
        reason: Option<&str>,
        priority: Priority,
    ) -> Result<(), RestError> {
        let route = Route::ban(false, guild, user);
        self.send(&route, &Body::None, reason, priority)
            .await
            .map(drop)
    }

    /// Makes a role without any permission.
    ///
    /// # Errors
    /// As Discord answered.
    pub async fn create_role(
        &self,
        guild: GuildId,
        title: &str,
        color: u32,
        mentionable: bool,
        reason: Option<&str>,
        priority: Priority,
    ) -> Result<RoleId, RestError> {
        let body = Body::json(&json!({
            "name": title,
            "color": color,
            "mentionable": mentionable,
            "permissions": "0",
        }));
        let route = Route::create_role(guild);
        let made: Made<RoleId> = self.fetch(&route, &body, reason, priority).await?;
        Ok(made.id)
    }

    /// Deletes a role.
    ///
    /// # Errors
    /// As Discord answered.
    pub async fn delete_role(
        &self,
        guild: GuildId,
        role: RoleId,
        reason: Option<&str>,
        priority: Priority,
    ) -> Result<(), RestError> {
        let route = Route::delete_role(guild, role);
        self.send(&route, &Body::None, reason, priority)
            .await
            .map(drop)
    }
}
